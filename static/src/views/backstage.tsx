/** Backstage: notes among those who hold the session. Each can be confirmed once, as read. */

import { useEffect, useRef, useState } from "preact/hooks";
import { unread } from "../core/notes.ts";
import { length } from "../core/text.ts";
import { NOTE_LONGEST, type NoteView } from "../protocol/generated.ts";
import { useMay, usePlace } from "./context.ts";
import { useDraft } from "./draft.ts";
import { Field } from "./field.tsx";

export function Backstage() {
  const { session, speech } = usePlace();
  const may = useMay();
  const notes = [...session.room.value.notes.values()].reverse();
  useNoteSaid(notes[0]);
  useConfirmedSaid(notes);
  if (!may("backstage.send")) return null;
  return (
    <section class="room-backstage" aria-labelledby="h-backstage">
      <h2 id="h-backstage">{speech.say("backstage")}</h2>
      <p class="room-field__hint">{speech.say("backstage.help")}</p>
      <Write />
      {notes.length === 0 && <p class="room-empty">{speech.say("backstage.empty")}</p>}
      {notes.length > 0 && (
        <ol class="room-backstage__notes">
          {notes.map((note) => (
            <Note key={note.id} note={note} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Note({ note }: { readonly note: NoteView }) {
  const { session, speech } = usePlace();
  const { author, confirmed_at: at, confirmed_by: name = "" } = note;
  return (
    <li class="room-note">
      <p>{note.text ?? speech.say("backstage.erased")}</p>
      <p class="room-field__hint">
        {[author?.name, speech.time(note.at)].filter(Boolean).join(" · ")}
        {at !== undefined &&
          ` · ${speech.say("backstage.confirmed", { name, time: speech.time(at) })}`}
      </p>
      {unread(note, session.account.value) && (
        <button
          type="button"
          class="room-button room-button--small"
          onClick={() => session.give({ type: "backstage.confirm", note: note.id })}
        >
          {speech.say("backstage.confirm")}
        </button>
      )}
    </li>
  );
}

function Write() {
  const { session, speech } = usePlace();
  const [text, write] = useDraft("backstage");
  const [error, setError] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const send = (): void => {
    const refused = problem(text);
    setError(refused === null ? null : speech.refusal(refused, session.now()));
    if (refused !== null) return void field.current?.focus();
    const given = session.give({ type: "backstage.send", text });
    setError(given === null ? speech.say("outbox.full") : null);
    if (given !== null) write("");
  };
  return (
    <form
      class="room-announce"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field
        label={speech.say("backstage.field")}
        text={text}
        limit={NOTE_LONGEST}
        error={error}
        field={field}
        sendsOnEnter
        onText={write}
        onSend={send}
      />
      <button type="submit" class="room-button room-button--small">
        {speech.say("backstage.send")}
      </button>
    </form>
  );
}

/** A new note of somebody else is said at once: whoever presents looks at the hall. */
function useNoteSaid(newest: NoteView | undefined): void {
  const { session, speech } = usePlace();
  const known = useRef(newest?.id);
  useEffect(() => {
    if (newest === undefined || newest.id === known.current) return;
    known.current = newest.id;
    if (newest.author?.account === session.account.value) return;
    const text = speech.say("backstage.said", { text: newest.text ?? "" });
    session.say({ kind: "personal", text });
  }, [newest?.id]);
}

/** Whoever wrote a note learns that it was read, wherever they look. */
function useConfirmedSaid(notes: readonly NoteView[]): void {
  const { session, speech, toasts } = usePlace();
  const own = notes.filter(({ author }) => author?.account === session.account.value);
  const read = own.filter((note) => note.confirmed_at !== undefined);
  const known = useRef(new Set(read.map(({ id }) => id)));
  useEffect(() => {
    for (const note of read) {
      if (known.current.has(note.id)) continue;
      known.current.add(note.id);
      const { confirmed_by: name = "", text: said = "" } = note;
      const text = speech.say("backstage.read", { name, text: said });
      toasts.add({ tone: "info", text });
      session.say({ kind: "personal", text });
    }
  }, [read.length]);
}

function problem(text: string) {
  if (text.trim() === "") return { code: "empty" } as const;
  if (length(text) <= NOTE_LONGEST) return null;
  return { code: "too_long", limit: NOTE_LONGEST } as const;
}
