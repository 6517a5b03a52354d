/**
 * The chat: an ordered list without a live role (A1). Nothing that arrives moves focus or the text
 * under the reader's eyes: reading back, focus inside and "Anhalten" hold the list (A7).
 */

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Entry } from "../adapters/outbox.ts";
import { AT_END, type Place, type Rows, rows } from "../core/window.ts";
import { MESSAGE_BURST, MESSAGE_BURST_MS, type MessageView } from "../protocol/generated.ts";
import { Composer } from "./composer.tsx";
import { usePlace } from "./context.ts";
import { type Measure, useMeasure } from "./measures.tsx";
import { Message, type MessageActs } from "./message.tsx";
import { textOf } from "./unsent.tsx";

export function Chat({ headingId }: { headingId: string }) {
  const { kept, session, speech } = usePlace();
  const { chat } = session.room.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const [place, setPlace] = useState<Place>(AT_END);
  const [paused, setPaused] = useState(false);
  const [replyTo, setReplyTo] = useState<MessageView | null>(null);
  const measure = useMeasure();
  const shown = rows(chat.messages, place);
  const pending = session.entries.value.filter((entry) => isUnderway(entry, session));
  useFollowing(list, place, shown, pending.length);

  const hold = (): void => {
    if (place.upTo === null) setPlace({ upTo: chat.messages.at(-1)?.order ?? 0, from: null });
  };
  const resume = (): void => {
    setPaused(false);
    setPlace(AT_END);
  };
  const settle = (): void => {
    if (!paused && isAtEnd(list.current) && !hasFocus(list.current) && shown.newer === 0) resume();
  };

  return (
    <>
      <h2 id={headingId} class="room-hidden">
        {speech.say("chat")}
      </h2>
      <div class="room-chat__body">
        <ol
          ref={list}
          class="room-chat__list"
          aria-labelledby={headingId}
          tabIndex={shown.rows.length === 0 ? 0 : -1}
          onScroll={() => (isAtEnd(list.current) ? settle() : hold())}
          onFocusIn={hold}
          onFocusOut={() => queueMicrotask(settle)}
        >
          <Earlier shown={shown} list={list} place={place} onPlace={setPlace} />
          <MessageRows
            shown={shown}
            list={list}
            field={field}
            measure={measure}
            onReply={(message) => {
              setReplyTo(message);
              field.current?.focus();
            }}
          />
          {shown.rows.length === 0 && (
            <li class="room-empty">
              {speech.say("chat.empty")} {kept}
            </li>
          )}
          {place.upTo === null && <Pending entries={pending} />}
        </ol>
        <div class="room-chat__bar">
          <button
            type="button"
            class="room-button room-button--small room-button--plain"
            aria-pressed={paused}
            onClick={() => {
              if (paused) return resume();
              setPaused(true);
              hold();
            }}
          >
            {speech.say("chat.pause")}
          </button>
          {shown.newer > 0 && (
            <button type="button" class="room-button room-button--small" onClick={resume}>
              {speech.count("chat.newer", shown.newer)}
            </button>
          )}
        </div>
      </div>
      <Composer
        field={field}
        replyTo={replyTo}
        onReplyDone={() => setReplyTo(null)}
        onSent={resume}
      />
    </>
  );
}

interface MessageRowsProps {
  readonly shown: Rows;
  readonly list: RefObject<HTMLOListElement>;
  readonly field: RefObject<HTMLTextAreaElement>;
  readonly measure: Measure;
  onReply(message: MessageView): void;
}

/** Rows with one tab stop: arrows, Home and End move, Enter opens the actions, Esc leaves. */
function MessageRows({ shown, list, field, measure, onReply }: MessageRowsProps) {
  const { session } = usePlace();
  const [current, setCurrent] = useState<string | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const account = session.account.value;
  const latest = useRef({ measure, onReply });
  latest.current = { measure, onReply };
  const [acts] = useState<MessageActs>(() => ({
    open: setOpen,
    reply: (message) => latest.current.onReply(message),
    jump: (id) => focusRow(list.current?.querySelector(`li[data-id="${CSS.escape(id)}"]`)),
    moderate: (act, message) => latest.current.measure(act, message),
  }));
  const lines = shown.rows.filter(
    (message, index) => message.id === current || !isRepeated(message, shown.rows[index + 1]),
  );
  const stop = lines.some(({ id }) => id === current) ? current : lines.at(-1)?.id;
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const pressed = (event: KeyboardEvent): void => {
      const row = (event.target as Element).closest("li");
      if (row === null || event.target !== row) return;
      const next = rowFor(event.key, row);
      if (next !== null) focusRow(next);
      else if (event.key === "Enter") setOpen(row.dataset.id ?? null);
      else if (event.key === "Escape") field.current?.focus();
      else return;
      event.preventDefault();
    };
    const focused = (event: FocusEvent): void => {
      const row = (event.target as Element).closest<HTMLElement>("li[data-id]");
      if (row !== null) setCurrent(row.dataset.id ?? null);
    };
    element.addEventListener("keydown", pressed);
    element.addEventListener("focusin", focused);
    return () => {
      element.removeEventListener("keydown", pressed);
      element.removeEventListener("focusin", focused);
    };
  }, []);
  return (
    <>
      {lines.map((message, index) => (
        <Message
          key={message.id}
          message={message}
          current={message.id === stop}
          far={index < lines.length - NEAR}
          open={message.id === open}
          mine={account !== null && message.author?.account === account}
          acts={acts}
        />
      ))}
    </>
  );
}

/** Of erased messages one after the other the last stands for all. */
function isRepeated(message: MessageView, next: MessageView | undefined): boolean {
  return message.state === "erased" && next?.state === "erased";
}

interface EarlierProps {
  readonly shown: Rows;
  readonly list: RefObject<HTMLOListElement>;
  readonly place: Place;
  onPlace(place: Place): void;
}

/** "Ältere Nachrichten laden": first those we know, then the server's. */
function Earlier({ shown, list, place, onPlace }: EarlierProps) {
  const { session, speech } = usePlace();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const fromBottom = useRef<number | null>(null);
  const { chat } = session.room.value;
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || fromBottom.current === null) return;
    element.scrollTop = element.scrollHeight - fromBottom.current;
    fromBottom.current = null;
  }, [shown.rows[0]?.id]);
  if (shown.earlier === 0 && !chat.older) return null;
  const load = async (): Promise<void> => {
    const first = shown.rows[0]?.order ?? 0;
    const last = place.upTo ?? shown.rows.at(-1)?.order ?? 0;
    setBusy(true);
    setFailed(false);
    try {
      if (shown.earlier === 0) await session.loadOlder();
      const element = list.current;
      if (element !== null) fromBottom.current = element.scrollHeight - element.scrollTop;
      onPlace({ upTo: last, from: before(session.room.value.chat.messages, first) });
    } catch {
      setFailed(true);
    }
    setBusy(false);
  };
  return (
    <li class="room-chat__older">
      <button
        type="button"
        class="room-button room-button--small room-button--plain"
        aria-disabled={busy}
        onClick={() => void (busy || load())}
      >
        {speech.say(busy ? "chat.older.busy" : "chat.older")}
      </button>
      {failed && <p class="room-field__error">{speech.say("chat.older.failed")}</p>}
    </li>
  );
}

/** A page before this order. Orders have holes where messages were erased. */
function before(messages: readonly MessageView[], order: number): number {
  const at = messages.findIndex((message) => message.order >= order);
  return messages[Math.max(0, at - PAGE)]?.order ?? 1;
}

const PAGE = 50;
const PACE = { n: MESSAGE_BURST, seconds: MESSAGE_BURST_MS / 1_000 };
/** Rows at the end that have their true height at once. */
const NEAR = 40;

/** Own messages on their way: shown at the end until the room's history has them. */
function Pending({ entries }: { entries: readonly Entry[] }) {
  const { session, speech } = usePlace();
  const held = entries.findIndex(isWaiting);
  return (
    <>
      {entries.map((entry, index) => (
        <li key={entry.id} class="room-message" data-mine="true" data-pending="true">
          <p class="room-message__head">
            <b class="room-message__who">{session.room.value.name}</b>
            <span class="room-message__time">
              {speech.say(held >= 0 && index >= held ? "message.waiting" : "message.sending")}
            </span>
          </p>
          <p class="room-message__text">{textOf(entry)}</p>
          {index === held && <p class="room-message__from">{speech.say("message.pace", PACE)}</p>}
        </li>
      ))}
    </>
  );
}

function isWaiting({ phase, tooFast }: Entry): boolean {
  return phase === "waiting" && tooFast === true;
}

/** The event may come before its answer: then the message itself already stands in the list. */
function isUnderway(entry: Entry, session: ReturnType<typeof usePlace>["session"]): boolean {
  if (entry.command.type !== "chat.send") return false;
  if (entry.phase === "asking" || entry.phase === "refused") return false;
  if (isWaiting(entry)) return true;
  const { messages } = session.room.value.chat;
  const account = session.account.value;
  const text = textOf(entry);
  const arrived = messages.slice(-20).some((message) => {
    const own = message.author?.account === account && message.at >= entry.at - 2_000;
    return own && (message.id === entry.object || message.text === text);
  });
  return !arrived;
}

/** At the end, stay at the end. */
function useFollowing(
  list: RefObject<HTMLOListElement>,
  place: Place,
  shown: Rows,
  pending: number,
): void {
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || place.upTo !== null) return;
    const toEnd = (): void => {
      element.scrollTop = element.scrollHeight;
    };
    toEnd();
    const frame = requestAnimationFrame(toEnd); // rows first drawn now have their true height
    return () => cancelAnimationFrame(frame);
  }, [place.upTo, shown.rows.at(-1)?.id, shown.rows.length, pending]);
  const following = useRef(true);
  following.current = place.upTo === null;
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    // A keyboard that opens, a window that turns: the end stays in view.
    const watcher = new ResizeObserver(() => {
      if (following.current) element.scrollTop = element.scrollHeight;
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
}

function rowFor(key: string, row: HTMLElement): Element | null {
  const all = [...(row.parentElement?.querySelectorAll("li[data-id]") ?? [])];
  const at = all.indexOf(row);
  switch (key) {
    case "ArrowUp":
      return all[Math.max(0, at - 1)] ?? null;
    case "ArrowDown":
      return all[at + 1] ?? row;
    case "Home":
      return all[0] ?? null;
    case "End":
      return all.at(-1) ?? null;
    default:
      return null;
  }
}

function focusRow(row: Element | null | undefined): void {
  if (row instanceof HTMLElement) row.focus();
}

function hasFocus(element: HTMLElement | null): boolean {
  return element?.contains(document.activeElement) ?? false;
}

function isAtEnd(element: HTMLElement | null): boolean {
  if (element === null) return true;
  return element.scrollHeight - element.scrollTop - element.clientHeight < 24;
}
