/** One chat message: name, time, text, then its actions in one toolbar (client page, §4). */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { MessageView } from "../protocol/generated.ts";
import { Office } from "./author.tsx";
import { useMay, usePlace } from "./context.ts";
import { Linked } from "./linked.tsx";
import type { Act } from "./measures.tsx";

export interface MessageProps {
  readonly message: MessageView;
  readonly current: boolean;
  /** Far from the end: drawn when it comes into view. */
  readonly far: boolean;
  readonly open: boolean;
  readonly mine: boolean;
  /** The same object for all rows and renders: a row whose message did not change rests. */
  readonly acts: MessageActs;
}

export interface MessageActs {
  open(id: string | null): void;
  reply(message: MessageView): void;
  jump(id: string): void;
  moderate(act: Act, message: MessageView): void;
}

export function Message(props: MessageProps) {
  const { session, speech } = usePlace();
  const { message, current, open, mine } = props;
  const actions = useActions(props);
  return (
    <li
      class={props.far ? "room-message room-message--far" : "room-message"}
      data-id={message.id}
      data-mine={mine}
      tabIndex={current ? 0 : -1}
    >
      <p class="room-message__head">
        <span class="room-message__who">
          {message.author ? <b>{message.author.name}</b> : <Gone message={message} />}
          <Office office={message.author?.office} />
          {message.author?.organisation && (
            <span class="room-message__from">{message.author.organisation}</span>
          )}
        </span>
        <time class="room-message__time" dateTime={new Date(message.at).toISOString()}>
          {speech.moment(message.at, session.now())}
        </time>
        {actions.length > 0 && (
          <button
            type="button"
            class="room-icon-button room-message__more"
            tabIndex={-1}
            aria-expanded={open}
            aria-label={speech.say("message.actions", { name: name(message) })}
            onClick={() => props.acts.open(open ? null : message.id)}
          >
            ⋯
          </button>
        )}
      </p>
      {message.reply_to && <QuoteOf message={message} onJump={props.acts.jump} />}
      <Body message={message} />
      {open && <Toolbar actions={actions} onClose={() => props.acts.open(null)} />}
    </li>
  );
}

/** Of a tombstone without author nothing but its state is left. */
function Gone({ message }: { message: MessageView }) {
  const { speech } = usePlace();
  const state = message.state === "visible" ? "erased" : message.state;
  return <span class="room-message__gone">{speech.say(`message.state.${state}`)}</span>;
}

function name(message: MessageView): string {
  return message.author?.name ?? "";
}

function Body({ message }: { message: MessageView }) {
  const { speech } = usePlace();
  if (message.text !== undefined) {
    const struck = message.state !== "visible";
    return (
      <>
        {struck && <p class="room-message__gone">{speech.say(`message.state.${message.state}`)}</p>}
        <p class="room-message__text" data-struck={struck}>
          <Linked text={message.text} />
        </p>
      </>
    );
  }
  if (message.author === undefined) return null;
  const state = message.state === "visible" ? "erased" : message.state;
  return <p class="room-message__gone">{speech.say(`message.state.${state}`)}</p>;
}

function QuoteOf({ message, onJump }: { message: MessageView; onJump: (id: string) => void }) {
  const { speech } = usePlace();
  const quote = message.reply_to;
  if (quote === undefined) return null;
  return (
    <button type="button" class="room-quote" tabIndex={-1} onClick={() => onJump(quote.id)}>
      <span class="room-hidden">{speech.say("quote")} </span>
      {quote.text === undefined ? (
        speech.say("quote.gone")
      ) : (
        <>
          <b>{quote.name ?? ""}</b> <Office office={quote.office} /> {quote.text}
        </>
      )}
    </button>
  );
}

interface Action {
  readonly label: string;
  readonly danger?: boolean;
  act(): void;
}

function useActions({ message, mine, acts }: MessageProps): readonly Action[] {
  const { session, speech } = usePlace();
  const may = useMay();
  const visible = message.state === "visible";
  const moderates = may("chat.moderate");
  const sanctions = may("person.sanction") && !mine && message.author !== undefined;
  const id = message.id;
  const restore = (): void => void session.give({ type: "chat.restore", message: id });
  const all: readonly (Action | false)[] = [
    visible &&
      may("chat.send") && { label: speech.say("message.reply"), act: () => acts.reply(message) },
    visible &&
      mine &&
      may("chat.delete_own") && {
        label: speech.say("message.delete"),
        act: () => void session.give({ type: "chat.delete", message: id }),
      },
    visible &&
      moderates && {
        label: speech.say("message.remove"),
        act: () => acts.moderate("remove", message),
      },
    message.state === "removed" &&
      moderates && { label: speech.say("message.restore"), act: restore },
    sanctions && { label: speech.say("person.mute"), act: () => acts.moderate("mute", message) },
    sanctions && {
      label: speech.say("person.remove"),
      danger: true,
      act: () => acts.moderate("expel", message),
    },
    may("words.erase") &&
      message.author !== undefined && {
        label: speech.say("erase"),
        danger: true,
        act: () => acts.moderate("erase", message),
      },
  ];
  return all.filter((action) => action !== false);
}

function Toolbar({ actions, onClose }: { actions: readonly Action[]; onClose: () => void }) {
  const { speech } = usePlace();
  const bar = useRef<HTMLDivElement>(null);
  // With the drawing, not after it: a key pressed at once already belongs to the toolbar.
  useLayoutEffect(() => bar.current?.querySelector("button")?.focus(), []);
  const move = (step: number): void => {
    const buttons = [...(bar.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons.at((at + step) % buttons.length)?.focus();
  };
  return (
    <div
      ref={bar}
      role="toolbar"
      class="room-actions"
      aria-label={speech.say("message.toolbar")}
      onKeyDown={(event) => {
        if (event.key === "ArrowRight") move(1);
        else if (event.key === "ArrowLeft") move(-1);
        else if (event.key === "Escape") {
          bar.current?.closest("li")?.focus();
          onClose();
        } else if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {actions.map(({ label, danger, act }, index) => (
        <button
          type="button"
          key={label}
          tabIndex={index === 0 ? 0 : -1}
          class={`room-button room-button--small room-button--${danger ? "danger" : "plain"}`}
          onClick={(event) => {
            event.currentTarget.closest("li")?.focus();
            onClose();
            act();
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
