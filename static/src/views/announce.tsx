/** Make an announcement, or end it. What was written stays until everybody is shown it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { length } from "../core/text.ts";
import { ANNOUNCEMENT_LONGEST, type Level } from "../protocol/generated.ts";
import { usePlace } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { useDraft } from "./draft.ts";
import { Field } from "./field.tsx";

const MINUTES = [5, 15, 30, 60] as const;
const LEVELS = ["info", "important"] as const;

export function Announce({ onClose }: { readonly onClose: () => void }) {
  const { session, speech } = usePlace();
  const [text, write] = useDraft("announcement");
  const [level, setLevel] = useState<Level>("info");
  const [minutes, setMinutes] = useState<number>(MINUTES[1]);
  const [error, setError] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const shown = session.room.value.announcement;
  useEffect(() => {
    if (shown?.text === text.trim()) write("");
  }, [shown?.id]);
  const send = (): void => {
    const refused = problem(text);
    setError(refused === null ? null : speech.refusal(refused, session.now()));
    if (refused !== null) return void field.current?.focus();
    const until = Math.round(session.now()) + minutes * 60_000;
    const given = session.give({ type: "announce.set", text, level, until });
    if (given === null) setError(speech.say("outbox.full"));
    else onClose();
  };
  return (
    <Dialog title={speech.say("announce.open")} onClose={onClose}>
      {shown && <p>{speech.say("announce.now", { text: shown.text })}</p>}
      <form
        class="room-announce"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field
          label={speech.say("announce.field")}
          hint={speech.say("announce.help")}
          text={text}
          limit={ANNOUNCEMENT_LONGEST}
          error={error}
          field={field}
          onText={write}
          onSend={send}
        />
        <label class="room-select">
          <span>{speech.say("announce.level")}</span>
          <select value={level} onChange={(event) => setLevel(event.currentTarget.value as Level)}>
            {LEVELS.map((known) => (
              <option key={known} value={known}>
                {speech.say(`announce.level.${known}`)}
              </option>
            ))}
          </select>
        </label>
        <label class="room-select">
          <span>{speech.say("announce.minutes")}</span>
          <select
            value={minutes}
            onChange={(event) => setMinutes(Number(event.currentTarget.value))}
          >
            {MINUTES.map((n) => (
              <option key={n} value={n}>
                {speech.count("announce.minutes", n)}
              </option>
            ))}
          </select>
        </label>
        <div class="room-actions">
          <button type="submit" class="room-button">
            {speech.say("announce.send")}
          </button>
          {shown && (
            <button
              type="button"
              class="room-button room-button--plain"
              onClick={() => {
                session.give({ type: "announce.clear" });
                onClose();
              }}
            >
              {speech.say("announce.end")}
            </button>
          )}
          <button type="button" class="room-button room-button--plain" onClick={onClose}>
            {speech.say("cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function problem(text: string) {
  if (text.trim() === "") return { code: "empty" } as const;
  if (length(text) <= ANNOUNCEMENT_LONGEST) return null;
  return { code: "too_long", limit: ANNOUNCEMENT_LONGEST } as const;
}
