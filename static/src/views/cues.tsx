/** What whoever speaks wants to remember on this page. It never comes over the room's socket. */

import { useEffect, useState } from "preact/hooks";
import { usePlace } from "./context.ts";

interface CuesProps {
  /** Where the deck's cues are read. */
  readonly from: string;
  readonly page: number;
}

export function Cues({ from, page }: CuesProps) {
  const { speech } = usePlace();
  const cues = useCues(from);
  if (cues === undefined) return null;
  const cue = cues?.[page - 1] ?? "";
  return (
    <section class="room-cue" aria-labelledby="h-cue">
      <h3 id="h-cue">{speech.say("present.cue")}</h3>
      {cue !== "" ? (
        <p>{cue}</p>
      ) : (
        <p class="room-empty">
          {speech.say(cues === null ? "present.cue_failed" : "present.no_cue")}
        </p>
      )}
    </section>
  );
}

/** Read again whenever the page is looked at again: somebody may be writing next door. */
function useCues(from: string): readonly string[] | null | undefined {
  const { slides } = usePlace();
  const [cues, setCues] = useState<readonly string[] | null>();
  useEffect(() => {
    let current = true;
    const read = (): void => {
      if (document.hidden) return;
      slides.cues(from).then(
        (found) => current && setCues(found),
        // What was read before is better than nothing.
        () => current && setCues((before) => before ?? null),
      );
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => {
      current = false;
      document.removeEventListener("visibilitychange", read);
    };
  }, [from]);
  return cues;
}
