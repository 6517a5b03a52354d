/** What could not be sent yet or was refused: shown, editable, never lost (X10). */

import { useEffect } from "preact/hooks";
import type { Entry } from "../adapters/outbox.ts";
import { usePlace } from "./context.ts";

export type Written = "chat.send" | "question.ask";

export function textOf(entry: Entry): string {
  const { command } = entry;
  return command.type === "chat.send" || command.type === "question.ask" ? command.text : "";
}

/** Put the whole text into the field, with the reason why it comes back. */
type Take = (entry: Entry, whole: string, why: string | null) => void;

/**
 * Entries of one kind that need the person: to be asked about, or refused. The newest refused text
 * returns into its field by itself, if nothing else stands there.
 */
export function useUnsent(kind: Written, text: string, take: Take) {
  const { session, speech } = usePlace();
  const unsent = session.entries.value.filter(
    (entry) =>
      entry.command.type === kind && (entry.phase === "asking" || entry.phase === "refused"),
  );
  const takeBack = (entry: Entry): void => {
    const whole = text === "" ? textOf(entry) : `${text}\n${textOf(entry)}`;
    take(entry, whole, entry.error ? speech.refusal(entry.error, session.now()) : null);
  };
  const refused = unsent.findLast((entry) => entry.phase === "refused");
  const free = text === "";
  useEffect(() => {
    if (refused !== undefined && free) takeBack(refused);
  }, [refused?.id, free]);
  return { unsent, takeBack };
}

export function Unsent({ entries, onEdit }: UnsentProps) {
  const { speech } = usePlace();
  if (entries.length === 0) return null;
  return (
    <section class="room-unsent" aria-label={speech.say("unsent")}>
      <ul>
        {entries.map((entry) => (
          <UnsentRow key={entry.id} entry={entry} onEdit={onEdit} />
        ))}
      </ul>
    </section>
  );
}

interface UnsentProps {
  readonly entries: readonly Entry[];
  /** Take the text back into its field. */
  onEdit(entry: Entry): void;
}

function UnsentRow({ entry, onEdit }: { entry: Entry; onEdit: (entry: Entry) => void }) {
  const { session, speech } = usePlace();
  const now = session.now();
  const why =
    entry.error === undefined
      ? speech.say("unsent.ask", { time: speech.moment(entry.at, now) })
      : speech.refusal(entry.error, now);
  return (
    <li class="room-unsent__row">
      <p class="room-unsent__text">{textOf(entry)}</p>
      <p class="room-unsent__why">{why}</p>
      <div class="room-actions">
        {entry.phase === "asking" && (
          <button
            type="button"
            class="room-button room-button--small"
            onClick={() => session.confirm(entry.id)}
          >
            {speech.say("unsent.send")}
          </button>
        )}
        <button
          type="button"
          class="room-button room-button--small room-button--plain"
          onClick={() => onEdit(entry)}
        >
          {speech.say("unsent.edit")}
        </button>
        <button
          type="button"
          class="room-button room-button--small room-button--plain"
          onClick={() => session.discard(entry.id)}
        >
          {speech.say("unsent.discard")}
        </button>
      </div>
    </li>
  );
}
