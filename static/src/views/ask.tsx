/** Ask a question, with or without the name; similar ones are offered for a vote first (B2.6). */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { length, likeness } from "../core/text.ts";
import {
  QUESTION_LONGEST,
  QUESTION_SHORTEST,
  type QuestionView,
  type Refusal,
} from "../protocol/generated.ts";
import { useMay, usePlace, useWakeAt, useWide } from "./context.ts";
import { useDraft } from "./draft.ts";
import { Field } from "./field.tsx";
import { myVote } from "./question.tsx";
import { MutedNote, muted, SilentNote } from "./silence.tsx";
import { Unsent, useUnsent } from "./unsent.tsx";

const ALIKE = 0.6;

interface AskProps {
  /** The chat's field stands beside it, and says already why nothing can be written. */
  readonly besideWriter: boolean;
}

export function Ask({ besideWriter }: AskProps) {
  const { session, speech } = usePlace();
  const may = useMay();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, write] = useDraft("question");
  const [unnamed, setUnnamed] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [thanks, setThanks] = useState(false);
  const [opened, setOpened] = useState(text !== "");
  const { settings, mine } = session.room.value;
  const silence = muted(mine.sanction, session.now());
  useWakeAt(silence?.until, session.now());
  const { unsent, takeBack } = useUnsent("question.ask", text, (entry, whole, why) => {
    write(whole);
    setError(why);
    if (entry.command.type === "question.ask") setUnnamed(entry.command.unnamed ?? false);
    session.discard(entry.id);
  });
  const hidden = settings.display === "unnamed_only" || unnamed;

  const send = (): void => {
    const refused = problem(text);
    setError(refused === null ? null : speech.refusal(refused, session.now()));
    if (refused !== null || silence !== null) return void field.current?.focus();
    const given = session.give({ type: "question.ask", text, unnamed: hidden });
    setError(given === null ? speech.say("outbox.full") : null);
    if (given === null) return;
    write("");
    setThanks(true);
    setOpened(true);
  };

  if (settings.window !== "open") return <WindowNote />;
  if (!may("question.ask")) return <SilentNote />;
  const needed = text !== "" || unsent.length > 0;
  return (
    <>
      {silence && !besideWriter && <MutedNote silence={silence} />}
      <Fold open={opened || needed} needed={needed} field={field} onOpen={setOpened}>
        <form
          class="room-ask"
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <Unsent
            entries={unsent}
            onEdit={(entry) => {
              takeBack(entry);
              field.current?.focus();
            }}
          />
          <Field
            label={speech.say("ask.field")}
            text={text}
            limit={QUESTION_LONGEST}
            error={error}
            field={field}
            onText={(next) => {
              write(next);
              setOpened(true);
              setError(null);
              setThanks(false);
            }}
            onSend={send}
          />
          <Similar text={text} />
          <NameChoice unnamed={unnamed} onUnnamed={setUnnamed} />
          <div class="room-ask__send">
            <button type="submit" class="room-button" aria-disabled={silence !== null}>
              {speech.say("ask.send")}
            </button>
            <p class="room-field__hint">
              {thanks && unsent.length === 0
                ? speech.say(settings.moderation === "pre" ? "ask.thanks.pre" : "ask.thanks.post")
                : speech.say(settings.moderation === "pre" ? "ask.moderated" : "ask.at_once")}
            </p>
          </div>
        </form>
      </Fold>
    </>
  );
}

interface FoldProps {
  readonly open: boolean;
  /** Something typed stands in it, and is not put out of sight. */
  readonly needed: boolean;
  readonly field: { readonly current: HTMLTextAreaElement | null };
  readonly children: ComponentChildren;
  onOpen(open: boolean): void;
}

/** On a phone the questions come first: the form waits behind a button. */
function Fold({ open, needed, field, children, onOpen }: FoldProps) {
  const { speech } = usePlace();
  const wide = useWide();
  const id = useId();
  const asked = useRef(false);
  useLayoutEffect(() => {
    if (open && asked.current) field.current?.focus();
    asked.current = false;
  }, [open]);
  return (
    <>
      {!wide && (
        <button
          type="button"
          class={`room-button room-ask__open${open ? " room-button--plain" : ""}`}
          aria-expanded={open}
          aria-controls={id}
          aria-disabled={needed}
          onClick={() => {
            if (needed) return void field.current?.focus();
            asked.current = !open;
            onOpen(!open);
          }}
        >
          {speech.say(open ? "ask.close" : "ask.open")}
        </button>
      )}
      <div id={id} hidden={!wide && !open}>
        {children}
      </div>
    </>
  );
}

function problem(text: string): Refusal | null {
  const count = length(text.trim());
  if (count === 0) return { code: "empty" };
  if (count < QUESTION_SHORTEST) return { code: "too_short", limit: QUESTION_SHORTEST };
  if (count > QUESTION_LONGEST) return { code: "too_long", limit: QUESTION_LONGEST };
  return null;
}

function NameChoice({ unnamed, onUnnamed }: NameChoiceProps) {
  const { session, speech } = usePlace();
  const { display } = session.room.value.settings;
  if (display === "named") return null;
  if (display === "unnamed_only")
    return (
      <p class="room-field__hint">
        {speech.say("ask.unnamed_only")} <UnnamedHint />
      </p>
    );
  return (
    <div class="room-check">
      <label>
        <input
          type="checkbox"
          checked={unnamed}
          aria-describedby="unnamed-hint"
          onChange={(event) => onUnnamed(event.currentTarget.checked)}
        />
        {speech.say("ask.unnamed")}
      </label>
      <p id="unnamed-hint" class="room-field__hint" hidden={!unnamed}>
        <UnnamedHint />
      </p>
    </div>
  );
}

/** Said before sending: who sees what, and what stays. */
function UnnamedHint() {
  const { speech } = usePlace();
  return (
    <>
      {speech.say("ask.unnamed.hint")}{" "}
      <a href="/privacy#unnamed" target="_blank" rel="noopener">
        {speech.say("ask.unnamed.more")}
      </a>
    </>
  );
}

interface NameChoiceProps {
  readonly unnamed: boolean;
  onUnnamed(unnamed: boolean): void;
}

/** Questions like the one being written: a vote for them is worth more than a second one. */
function Similar({ text }: { text: string }) {
  const { session, speech } = usePlace();
  const room = session.room.value;
  const alike = [...room.questions.questions.values()].filter((question) =>
    isAlike(question, text),
  );
  const [first] = alike;
  if (first === undefined) return null;
  const voted = myVote(room, session.entries.value, first.id);
  return (
    <div class="room-note">
      <p>{speech.say("ask.similar")}</p>
      <p>
        <b>{first.number !== undefined && speech.say("question.number", { n: first.number })}</b>{" "}
        {first.text}
      </p>
      <button
        type="button"
        class="room-button room-button--small"
        aria-pressed={voted}
        onClick={() => session.give({ type: "question.vote", question: first.id, value: !voted })}
      >
        {speech.say("question.vote")}
      </button>
    </div>
  );
}

function isAlike({ state, text: other }: QuestionView, text: string): boolean {
  return (state === "published" || state === "on_air") && likeness(text, other) >= ALIKE;
}

function WindowNote() {
  const { session, speech } = usePlace();
  const { window } = session.room.value.settings;
  return <p class="room-note">{speech.say(`window.${window}`)}</p>;
}
