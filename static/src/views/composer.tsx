/** Write a chat message. A refused text comes back into the field with the reason under it. */

import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { length } from "../core/text.ts";
import { MESSAGE_LIMIT, type MessageView } from "../protocol/generated.ts";
import { useMay, usePlace, useWakeAt } from "./context.ts";
import { useDraft } from "./draft.ts";
import { Field } from "./field.tsx";
import { MutedNote, muted, SilentNote } from "./silence.tsx";
import { Unsent, useUnsent } from "./unsent.tsx";

interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement>;
  readonly replyTo: MessageView | null;
  onReplyDone(): void;
  onSent(): void;
}

export function Composer({ field, replyTo, onReplyDone, onSent }: ComposerProps) {
  const { session, speech } = usePlace();
  const may = useMay();
  const [text, write] = useDraft("chat");
  const [error, setError] = useState<string | null>(null);
  const { unsent, takeBack } = useUnsent("chat.send", text, (entry, whole, why) => {
    write(whole);
    setError(why);
    session.discard(entry.id);
  });
  const silence = muted(session.room.value.mine.sanction, session.now());
  useWakeAt(silence?.until, session.now());

  const send = (): void => {
    const refused = problem(text);
    setError(refused === null ? null : speech.refusal(refused, session.now()));
    if (refused !== null || silence !== null) return void field.current?.focus();
    const reply = replyTo === null ? {} : { reply_to: replyTo.id };
    const given = session.give({ type: "chat.send", text, ...reply });
    setError(given === null ? speech.say("outbox.full") : null);
    if (given === null) return;
    write("");
    onReplyDone();
    onSent();
  };

  if (!may("chat.send")) return <SilentNote />;
  return (
    <div class="room-composer">
      <Unsent
        entries={unsent}
        onEdit={(entry) => {
          takeBack(entry);
          field.current?.focus();
        }}
      />
      {silence && <MutedNote silence={silence} />}
      {replyTo && (
        <p class="room-composer__reply">
          <span>{speech.say("chat.replying", { name: replyTo.author?.name ?? "" })}</span>
          <button
            type="button"
            class="room-icon-button"
            aria-label={speech.say("chat.reply.cancel")}
            onClick={onReplyDone}
          >
            ✕
          </button>
        </p>
      )}
      <form
        class="room-composer__form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field
          label={speech.say("chat.field")}
          text={text}
          limit={MESSAGE_LIMIT}
          error={error}
          rows={1}
          compact
          field={field}
          sendsOnEnter
          onText={(next) => {
            write(next);
            setError(null);
          }}
          onSend={send}
        />
        <button type="submit" class="room-button" aria-disabled={silence !== null}>
          {speech.say("chat.send")}
        </button>
      </form>
    </div>
  );
}

function problem(text: string) {
  if (text.trim() === "") return { code: "empty" } as const;
  if (length(text) > MESSAGE_LIMIT) return { code: "too_long", limit: MESSAGE_LIMIT } as const;
  return null;
}
