import { TOLD } from "../../adapters/programme_events.ts";

/** Have a screen reader say this once, politely: by the room's announcer where there is one. */
export function told(page: Document, text: string): void {
  const event = new CustomEvent(TOLD, { detail: text, cancelable: true });
  if (!page.dispatchEvent(event)) return;
  const place = page.querySelector("[data-told]");
  if (place) place.textContent = text;
}
