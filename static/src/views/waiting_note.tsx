/** What the moderation wants of whoever speaks: large, until it is confirmed by one key or click. */

import { unread } from "../core/notes.ts";
import type { NoteView } from "../protocol/generated.ts";
import { usePlace, useWakeAt } from "./context.ts";

/** Older ones were about another talk. */
const CURRENT_MS = 30 * 60_000;
/** On the stage this key confirms. */
export const CONFIRMS = "g";

export interface Waiting {
  readonly note: NoteView | null;
  confirm(): void;
}

/** The newest note of an office that leads, not confirmed yet. */
export function useWaitingNote(): Waiting {
  const { session } = usePlace();
  const now = session.now();
  const notes = [...session.room.value.notes.values()].reverse();
  const note = notes.find((one) => waits(one, session.account.value, now)) ?? null;
  useWakeAt(note === null ? undefined : note.at + CURRENT_MS, now);
  const confirm = (): void => {
    if (note !== null) session.give({ type: "backstage.confirm", note: note.id });
  };
  return { note, confirm };
}

function waits(note: NoteView, account: string | null, now: number): boolean {
  const office = note.author?.office;
  const leads = office !== undefined && office !== "speaker";
  return unread(note, account) && leads && note.at + CURRENT_MS > now;
}

interface WaitingNoteProps {
  readonly waiting: Waiting;
  /** Where the focus goes when the button is gone. */
  onConfirmed(): void;
}

export function WaitingNote({ waiting, onConfirmed }: WaitingNoteProps) {
  const { speech } = usePlace();
  const { note, confirm } = waiting;
  if (note === null) return null;
  return (
    <section class="room-waiting" aria-labelledby="h-waiting">
      <h2 id="h-waiting">
        {speech.say("present.waiting", {
          name: note.author?.name ?? "",
          time: speech.time(note.at),
        })}
      </h2>
      <p>{note.text}</p>
      <button
        type="button"
        class="room-button"
        onClick={() => {
          confirm();
          onConfirmed();
        }}
      >
        {speech.say("backstage.confirm")}
      </button>
    </section>
  );
}
