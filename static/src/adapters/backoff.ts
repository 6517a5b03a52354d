/** When to try again (rooms page, X9): full jitter, 0.5–30 s, the server's hint wins. */

const SOON = 3;
const SOON_MS = 2_000;
const LEAST_MS = 500;
const MOST_MS = 30_000;

/**
 * Milliseconds to wait before try number `attempt` (0, 1, 2 …). `random` is in [0, 1).
 * A hint is the least wait; a quarter on top keeps an audience from coming back in one instant.
 */
export function delay(attempt: number, random: number, hint?: number): number {
  if (hint !== undefined) return hint * (1 + random / 4);
  const most = attempt < SOON ? SOON_MS : Math.min(MOST_MS, SOON_MS * 2 ** (attempt - SOON + 1));
  return LEAST_MS + random * (most - LEAST_MS);
}
