/** News and answers in words: what is announced, what becomes a notice. */

import type { News } from "../adapters/announcer.ts";
import type { Entry } from "../adapters/outbox.ts";
import type { Ears } from "../adapters/session.ts";
import type { Happened } from "../core/news.ts";
import type { Ack, Author, OwnSanction, RoomCommand } from "../protocol/generated.ts";
import type { Speech } from "./texts.ts";
import type { Toasts } from "./toasts.tsx";

export interface Needs {
  readonly speech: Speech;
  readonly toasts: Toasts;
  now(): number;
  give(command: RoomCommand): void;
  say(news: News): void;
  released(): void;
}

export function ears({ speech, toasts, now, give, say, released }: Needs): Ears {
  return {
    counted: (messages) => speech.count("announce.messages", messages),
    lost: () => speech.say("announce.lost"),
    restored: () => speech.say("announce.restored"),
    detour: () => speech.say("connection.detour"),
    released,
    spoken: (news) => spoken(news, speech, now()),
    answered: (entry, ack) => {
      if (ack.error !== undefined) {
        const text = speech.refusal(ack.error, now());
        say({ kind: "urgent", text });
        if (isWritten(entry)) return false;
        toasts.add({ tone: "error", text });
        return true;
      }
      const undo = undoOf(entry, ack);
      if (undo === null) return false;
      const text = speech.say(undo.text);
      const label = speech.say("undo");
      toasts.add({ tone: "info", text, action: { label, act: () => give(undo.command) } });
      say({ kind: "personal", text });
      return false;
    },
  };
}

/** Its text must go back into a field; the field shows the reason. */
function isWritten({ command }: Entry): boolean {
  return command.type === "chat.send" || command.type === "question.ask";
}

type Undone =
  | "undo.dismissed"
  | "undo.on_air"
  | "undo.message_removed"
  | "undo.muted"
  | "undo.expelled";

interface Undo {
  readonly text: Undone;
  readonly command: RoomCommand;
}

/** Undo instead of "are you sure?", where the protocol has the way back. */
function undoOf({ command }: Entry, ack: Ack): Undo | null {
  if (ack.done?.no_change === true || ack.replayed === true) return null;
  const revision = ack.done?.revision;
  switch (command.type) {
    case "question.dismiss": {
      if (revision === undefined) return null;
      const back = { type: "question.restore", question: command.question, revision } as const;
      return { text: "undo.dismissed", command: back };
    }
    case "question.on_air": {
      if (revision === undefined) return null;
      const back = { type: "question.off_air", question: command.question, revision } as const;
      return { text: "undo.on_air", command: back };
    }
    case "chat.remove":
      return {
        text: "undo.message_removed",
        command: { type: "chat.restore", message: command.message },
      };
    case "person.mute":
      return {
        text: "undo.muted",
        command: { type: "person.unmute", account: command.account },
      };
    case "person.remove":
      return {
        text: "undo.expelled",
        command: { type: "person.readmit", account: command.account },
      };
    default:
      return null;
  }
}

function spoken(news: Happened, speech: Speech, now: number): News | null {
  switch (news.what) {
    case "message": {
      const { author, text = "" } = news.message;
      return { kind: "message", name: named(author, speech), text };
    }
    case "on_air":
      return { kind: "stage", text: speech.say("announce.on_air", { text: news.question.text }) };
    case "own_question": {
      const { state, text, reason } = news.question;
      if (state === "erased" || state === "withdrawn") return null;
      const said = speech.say(`announce.mine.${state}`, { text });
      const why = reason ? ` ${speech.say("reason", { reason })}` : "";
      return { kind: "personal", text: said + why };
    }
    case "sanction":
      return { kind: "urgent", text: sanctioned(news.sanction, speech, now) };
  }
}

function named(author: Author | undefined, speech: Speech): string {
  if (author === undefined) return "";
  const { name, office } = author;
  return office === undefined ? name : `${name} (${speech.say(`office.${office}`)})`;
}

function sanctioned(sanction: OwnSanction, speech: Speech, now: number): string {
  const { muted, muted_until: until, reason } = sanction;
  if (muted !== true) return speech.say("unmuted");
  const said =
    until === undefined
      ? speech.say("muted.open")
      : speech.say("muted.until", { until: speech.moment(until, now) });
  return reason ? `${said} ${speech.say("reason", { reason })}` : said;
}
