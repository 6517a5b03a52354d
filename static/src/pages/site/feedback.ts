/**
 * Feedback is offered once a session is over (`data-from`), in the room for a while only
 * (`data-until`), by the server's clock. It stands in the page unseen from the beginning: when a
 * session of thousands ends, nobody has to ask for it.
 */
import { resized } from "./next.ts";
import { told } from "./told.ts";

const EVERY_MS = 15_000;
const PLACES = "[data-from]";

export function offerFeedback(page: Document, clock: () => number): void {
  const first = page.querySelector<HTMLElement>(PLACES);
  if (!first) return;
  const ahead = Number(first.dataset.at) - clock();
  const look = (): void => {
    for (const place of page.querySelectorAll<HTMLElement>(PLACES)) {
      offer(page, place, clock() + ahead);
    }
  };
  look();
  setInterval(look, EVERY_MS);
}

function offer(page: Document, place: HTMLElement, now: number): void {
  const until = Number(place.dataset.until ?? Number.POSITIVE_INFINITY);
  const offered = Number(place.dataset.from) <= now && now < until;
  if (offered === !place.hidden) return;
  // Nothing is taken away from under the finger, nor what somebody has begun to write.
  if (!offered && (place.contains(page.activeElement) || place.matches("[open]"))) return;
  place.hidden = !offered;
  resized(page);
  if (offered && place.dataset.said) told(page, place.dataset.said);
}
