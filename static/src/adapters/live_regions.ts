/** The two live regions of a page: always there, empty at load, fed by the announcer (A2). */

import type { Announcement } from "./announcer.ts";

const SHOWN_MS = 3_000;

export interface LiveRegions {
  say(announcement: Announcement): void;
}

export function liveRegions(page: Document): LiveRegions {
  const regions = { polite: region(page, "polite"), assertive: region(page, "assertive") };
  return {
    say({ urgency, text }) {
      const line = page.createElement("p");
      line.textContent = text;
      regions[urgency].append(line);
      setTimeout(() => line.remove(), SHOWN_MS);
    },
  };
}

function region(page: Document, urgency: "polite" | "assertive"): HTMLElement {
  const element = page.createElement("div");
  element.setAttribute("aria-live", urgency);
  element.className = "plenum-announcer";
  element.dataset.announcer = urgency;
  page.body.append(element);
  return element;
}
