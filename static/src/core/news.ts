/**
 * What became new between two states that somebody may want to be told. Values, not words:
 * the session turns them into sentences and hands them to the announcer.
 */

import type { MessageView, OwnQuestion, OwnSanction, QuestionView } from "../protocol/generated.ts";
import type { Room } from "./room.ts";

export type Happened =
  | { readonly what: "message"; readonly message: MessageView }
  | { readonly what: "own_question"; readonly question: OwnQuestion }
  | { readonly what: "on_air"; readonly question: QuestionView }
  | { readonly what: "sanction"; readonly sanction: OwnSanction };

/** Compare the state before and after live frames (not after a snapshot: nothing is new then). */
export function happened(before: Room, after: Room, account: string | null): readonly Happened[] {
  return [
    ...messages(before, after, account),
    ...ownQuestions(before, after),
    ...onAir(before, after),
    ...sanction(before, after),
  ];
}

function messages(before: Room, after: Room, account: string | null): readonly Happened[] {
  if (before.chat.messages === after.chat.messages) return [];
  const newest = before.chat.messages.at(-1)?.order ?? 0;
  const since = after.chat.messages.findLastIndex((message) => message.order <= newest) + 1;
  return after.chat.messages
    .slice(since)
    .filter((message) => message.text !== undefined && message.author?.account !== account)
    .map((message) => ({ what: "message", message }));
}

function ownQuestions(before: Room, after: Room): readonly Happened[] {
  const old = before.mine.questions;
  if (old === after.mine.questions) return [];
  return [...after.mine.questions.values()]
    .filter((question) => old.has(question.id) && old.get(question.id)?.state !== question.state)
    .filter((question) => question.state !== "withdrawn")
    .map((question) => ({ what: "own_question", question }));
}

function onAir(before: Room, after: Room): readonly Happened[] {
  const now = after.settings.on_air;
  if (now === null || now === before.settings.on_air) return [];
  if (before.mine.questions.has(now)) return []; // my own question says so itself
  const question = after.questions.questions.get(now);
  return question === undefined ? [] : [{ what: "on_air", question }];
}

function sanction(before: Room, after: Room): readonly Happened[] {
  const now = after.mine.sanction;
  const old = before.mine.sanction;
  if (now === null || now === old) return [];
  const changed = now.muted !== old?.muted || now.muted_until !== old?.muted_until;
  const worthSaying = changed && (now.muted === true || old?.muted === true);
  return worthSaying ? [{ what: "sanction", sanction: now }] : [];
}
