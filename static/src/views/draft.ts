/** A text being written: kept for the tab, so that neither a reload nor a refusal loses it. */

import { useState } from "preact/hooks";
import { DRAFTS } from "../adapters/written.ts";
import { usePlace } from "./context.ts";

export type Draft = readonly [text: string, write: (text: string) => void];

export function useDraft(field: string): Draft {
  const { drafts, roomId } = usePlace();
  const key = `${DRAFTS}${roomId}/${field}`;
  const [text, setText] = useState(() => drafts.getItem(key) ?? "");
  const write = (next: string): void => {
    setText(next);
    try {
      if (next === "") drafts.removeItem(key);
      else drafts.setItem(key, next);
    } catch {
      // Full or forbidden: the text still stands in its field.
    }
  };
  return [text, write];
}
