/** What every view of a room may use: the session, the language, who is looking. */

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Press } from "../adapters/press.ts";
import type { Session } from "../adapters/session.ts";
import type { Slides } from "../adapters/slides.ts";
import type { Keep } from "../adapters/written.ts";
import type { Permission } from "../protocol/generated.ts";
import type { Settings } from "./settings.ts";
import type { Speech } from "./texts.ts";
import type { Toasts } from "./toasts.tsx";

export interface Place {
  readonly roomId: string;
  readonly title: string;
  /** How long words stay, in a sentence; empty: not said here. */
  readonly kept: string;
  readonly session: Session;
  readonly speech: Speech;
  readonly toasts: Toasts;
  readonly settings: Settings;
  readonly slides: Slides;
  readonly press: Press;
  /** Drafts live as long as the tab. */
  readonly drafts: Keep;
}

export const PlaceContext = createContext<Place | null>(null);

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === null) throw new Error("a room's view outside of a room");
  return place;
}

/** Offer only what the policy allows this person; the server asks it again anyway. */
export function useMay(): (permission: Permission) => boolean {
  const { session } = usePlace();
  const may = session.may.value;
  return (permission) => may.has(permission);
}

/** A wide page shows questions beside the chat; a phone shows one at a time. */
export function useWide(query = "(min-width: 48rem)"): boolean {
  const [wide, setWide] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const changed = (): void => setWide(media.matches);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, [query]);
  return wide;
}

/** Render again at this instant (a time-out ends). */
export function useWakeAt(at: number | undefined, now: number): void {
  const [, wake] = useState(0);
  useEffect(() => {
    if (at === undefined || at <= now) return;
    const timer = setTimeout(() => wake((count) => count + 1), Math.min(at - now, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  }, [at]);
}
