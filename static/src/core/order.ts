/** The order a reader sees: held while somebody reads in it, renewed on request (B2.8, A6). */

export interface Held {
  readonly ids: readonly string[];
  /** Questions that would stand elsewhere, are new, or are missing from the shown order. */
  readonly changes: number;
}

/**
 * What to show. While `frozen`, ids keep their place, vanished ones go at once (nothing hidden
 * stays visible) and new ones wait; otherwise the wanted order is taken.
 */
export function held(shown: readonly string[], wanted: readonly string[], frozen: boolean): Held {
  if (!frozen || shown.length === 0) return { ids: wanted, changes: 0 };
  const present = new Set(wanted);
  const ids = shown.filter((id) => present.has(id));
  const known = new Set(ids);
  const fresh = wanted.filter((id) => !known.has(id)).length;
  const old = wanted.filter((id) => known.has(id));
  const moved = old.filter((id, index) => id !== ids[index]).length;
  return { ids, changes: fresh + moved };
}

/** `ids`, and what lingers for a moment where it stood in `before`. */
export function inPlace(
  before: readonly string[],
  ids: readonly string[],
  lingering: readonly string[],
): readonly string[] {
  const all = [...ids];
  for (const [at, id] of before.entries()) {
    if (lingering.includes(id) && !all.includes(id)) all.splice(at, 0, id);
  }
  return all;
}
