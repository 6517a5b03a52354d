/** Notes backstage: which of them somebody still has to confirm. */

import type { NoteView } from "../protocol/generated.ts";

/** An erased note has no author, and nothing that could be read. */
export function unread(note: NoteView, account: string | null): boolean {
  const { author, confirmed_at: confirmed } = note;
  return confirmed === undefined && author !== undefined && author.account !== account;
}
