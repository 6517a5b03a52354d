/** Command ids: UUIDv7, so an id tells when it was made (rooms page, X1). */

/** `at` in milliseconds UTC of the server's clock; `random` gives ten fresh bytes. */
export function uuid7(at: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  for (let index = 0, rest = at; index < 6; index++, rest = Math.floor(rest / 256)) {
    bytes[5 - index] = rest % 256;
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function freshId(at: number): string {
  return uuid7(at, crypto.getRandomValues(new Uint8Array(10)));
}
