/** What people wrote, as it lies in the browser's storage; and forgetting it on signing out. */

/** Unsent commands: `plenum.outbox/ACCOUNT/ROOM/COMMAND` in `localStorage`. */
export const OUTBOX = "plenum.outbox/";
/** Texts in their fields: `plenum.draft/ROOM/FIELD` in `sessionStorage`. */
export const DRAFTS = "plenum.draft/";

/** The part of `Storage` that is needed. */
export interface Keep {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export function keysOf(keep: Keep, prefix: string): readonly string[] {
  return Array.from({ length: keep.length }, (_, index) => keep.key(index)).filter(
    (key): key is string => key?.startsWith(prefix) ?? false,
  );
}

/** Signing out leaves nothing written on a shared computer. */
export function forgetWritten(keep: Keep): void {
  for (const prefix of [OUTBOX, DRAFTS]) {
    for (const key of keysOf(keep, prefix)) keep.removeItem(key);
  }
}

/** Forget when the form that signs out is sent. `stores` are asked for only then. */
export function forgetOnSignOut(page: Document, stores: () => readonly Keep[]): void {
  page.addEventListener("submit", ({ target }) => {
    if (!(target instanceof HTMLFormElement)) return;
    if (new URL(target.action, page.baseURI).pathname !== "/sign-out") return;
    try {
      for (const store of stores()) forgetWritten(store);
    } catch {
      // No storage allowed: nothing was kept.
    }
  });
}
