/** Which messages stand on the page (client page, §2): at most `ROWS`, growing at the reader's end. */

import type { MessageView } from "../protocol/generated.ts";

export const ROWS = 300;

export interface Place {
  /** Held: nothing newer than this order is shown. Null: follow the newest. */
  readonly upTo: number | null;
  /** Reading back: start with this order. Null: the newest rows. */
  readonly from: number | null;
}

export const AT_END: Place = { upTo: null, from: null };

export interface Rows {
  readonly rows: readonly MessageView[];
  /** Messages after the last row: "Neue Nachrichten (7)". */
  readonly newer: number;
  /** Messages we know before the first row. */
  readonly earlier: number;
}

export function rows(messages: readonly MessageView[], place: Place): Rows {
  const { upTo, from } = place;
  const end = upTo === null ? messages.length : after(messages, upTo);
  const start = from === null ? Math.max(0, end - ROWS) : after(messages, from - 1);
  const last = from === null ? end : Math.min(end, start + ROWS);
  return { rows: messages.slice(start, last), newer: messages.length - last, earlier: start };
}

/** Index after the last message whose order is at most `order`. */
function after(messages: readonly MessageView[], order: number): number {
  return messages.findLastIndex((message) => message.order <= order) + 1;
}
