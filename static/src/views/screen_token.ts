/** The big screen's token: in the address after "#", so that no server log sees it. */

import type { Keep } from "../adapters/written.ts";

const KEY = "plenum.screen";

export interface ScreenTarget {
  readonly token: string;
  /** The room the token is for, where the page does not name it. */
  readonly room?: string;
}

/** `#token=…&room=…`, or the token alone. Kept for reloads; null: there is none. */
export function screenTarget(fragment: string, keep: Keep): ScreenTarget | null {
  const given = fragment.replace(/^#/u, "") || keep.getItem(KEY) || "";
  if (given === "") return null;
  keep.setItem(KEY, given);
  const named = new URLSearchParams(given);
  const token = named.get("token") ?? given;
  const room = named.get("room") ?? subject(token);
  return room === undefined ? { token } : { token, room };
}

/** A JWT names its room as subject. Only read, never trusted: the server checks the token. */
function subject(token: string): string | undefined {
  try {
    const body = token.split(".")[1] ?? "";
    const claims: unknown = JSON.parse(atob(body.replace(/-/gu, "+").replace(/_/gu, "/")));
    const { sub } = claims as { readonly sub?: unknown };
    return typeof sub === "string" ? sub : undefined;
  } catch {
    return undefined;
  }
}
