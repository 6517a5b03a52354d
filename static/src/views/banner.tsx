/** The announcement before everybody, until its end, or until this person puts it away. */

import { useEffect, useState } from "preact/hooks";
import { usePlace, useWakeAt } from "./context.ts";

const READ = "plenum.announcement.read";

/** `fixed`: on a wall, where nobody can put it away. */
export function Banner({ fixed = false }: { readonly fixed?: boolean }) {
  const { session, speech, drafts } = usePlace();
  const [read, setRead] = useState(() => drafts.getItem(READ));
  const made = session.room.value.announcement;
  const now = session.now();
  const shown = made !== null && made.until > now && made.id !== read ? made : null;
  useWakeAt(shown?.until, now);
  useEffect(() => {
    if (shown === null) return;
    const kind = shown.level === "important" ? "urgent" : "stage";
    session.say({ kind, text: speech.say("banner.said", { text: shown.text }) });
  }, [shown?.id]);
  if (shown === null) return null;
  const putAway = (): void => {
    drafts.setItem(READ, shown.id);
    setRead(shown.id);
  };
  return (
    <section class="room-banner" data-level={shown.level} aria-label={speech.say("banner")}>
      <p>{shown.text}</p>
      {!fixed && (
        <button
          type="button"
          class="room-icon-button"
          aria-label={speech.say("banner.close")}
          onClick={putAway}
        >
          ✕
        </button>
      )}
    </section>
  );
}
