/** A room as this connection sees it: its features joined. Twin of rooms/wire/fold.py. */

import type {
  AnnouncementView,
  Delta,
  Events,
  Gauges,
  Joined,
  Me,
  NoteView,
  Position,
  Ref,
  RoomView,
  StageView,
  View,
} from "../protocol/generated.ts";
import * as chat from "./chat.ts";
import * as mine from "./mine.ts";
import * as people from "./people.ts";
import * as questions from "./questions.ts";

export interface Room {
  readonly at: Position | null;
  readonly may: ReadonlySet<string>;
  /** Display name in this room; null for guests and screens, who only read. */
  readonly name: string | null;
  readonly settings: RoomView;
  readonly chat: chat.Chat;
  readonly questions: questions.Questions;
  readonly people: people.People;
  readonly mine: mine.Mine;
  readonly stage: StageView;
  /** The newest one that was not taken back; shown until its end. */
  readonly announcement: AnnouncementView | null;
  /** Backstage, in the order in which they were sent. Empty for whoever is not there. */
  readonly notes: ReadonlyMap<string, NoteView>;
}

export type Folded = Joined | Events | Gauges | Me;

export const EMPTY: Room = {
  at: null,
  may: new Set(),
  name: null,
  settings: {
    k: "room",
    id: "room",
    window: "closed",
    moderation: "pre",
    display: "named",
    on_air: null,
  },
  chat: chat.EMPTY_CHAT,
  questions: questions.NO_QUESTIONS,
  people: people.NOBODY,
  mine: mine.NOTHING_MINE,
  stage: { k: "stage", id: "stage" },
  announcement: null,
  notes: new Map(),
};

export function fold(state: Room, frame: Folded): Room {
  switch (frame.t) {
    case "joined":
      return joined(state, frame);
    case "events":
      return frame.events.reduce(applied, state);
    case "gauges":
      return gauges(state, frame);
    case "me":
      return { ...state, mine: mine.putMine(state.mine, frame.put, frame.all ?? false) };
  }
}

/** The frame continues the state, or something before it is missing: then join again. */
export function continues(state: Room, frame: Events): boolean {
  const first = frame.events[0];
  return first === undefined || first.n <= (state.at?.n ?? 0) + 1;
}

/** The answer to a vote, before the gauges tell everybody: absolute, and overruled by newer ones. */
export function voted(state: Room, question: string, value: boolean, score?: number): Room {
  const rev = state.mine.votes.get(question)?.rev ?? 0;
  const own = mine.putMine(state.mine, [{ k: "own_vote", id: question, rev, value }], false);
  const known = state.questions.scores.get(question);
  if (score === undefined || known === undefined) return { ...state, mine: own };
  const scores = questions.putScores(state.questions, [[question, score, known[2], known[3]]]);
  return { ...state, mine: own, questions: scores };
}

function joined(state: Room, frame: Joined): Room {
  const admitted = { ...state, may: new Set(frame.may), name: frame.name };
  const { snapshot } = frame;
  // Without a snapshot the missed events follow: the position stays where it was.
  if (snapshot === undefined) return { ...admitted, at: state.at ?? frame.at };
  return {
    ...admitted,
    at: frame.at,
    settings: snapshot.room,
    chat: chat.fromSnapshot(snapshot.messages, snapshot.older),
    questions: questions.fromSnapshot(snapshot.questions, snapshot.scores),
    people: people.fromSnapshot(snapshot.people, snapshot.present),
    stage: snapshot.stage,
    announcement: snapshot.announcement,
    notes: new Map(snapshot.notes.map((view) => [view.id, view])),
  };
}

function applied(state: Room, delta: Delta): Room {
  if (state.at === null || delta.n <= state.at.n) return state;
  const put = (delta.put ?? []).reduce(putView, state);
  const dropped = (delta.gone ?? []).reduce(dropRef, put);
  return { ...dropped, at: { ...state.at, n: delta.n } };
}

function putView(state: Room, view: View): Room {
  switch (view.k) {
    case "room":
      return { ...state, settings: view };
    case "message":
      return { ...state, chat: chat.putMessage(state.chat, view) };
    case "question":
      return { ...state, questions: questions.putQuestion(state.questions, view) };
    case "person":
      return { ...state, people: people.putPerson(state.people, view) };
    case "stage":
      return { ...state, stage: view };
    case "announcement":
      return { ...state, announcement: view };
    case "note":
      return { ...state, notes: new Map(state.notes).set(view.id, view) };
  }
}

function dropRef(state: Room, [kind, id]: Ref): Room {
  switch (kind) {
    case "message":
      return { ...state, chat: chat.dropMessage(state.chat, id) };
    case "question":
      return { ...state, questions: questions.dropQuestion(state.questions, id) };
    case "person":
      return { ...state, people: people.dropPerson(state.people, id) };
    case "announcement":
      return state.announcement?.id === id ? { ...state, announcement: null } : state;
    case "note":
      return { ...state, notes: new Map([...state.notes].filter(([note]) => note !== id)) };
    case "room":
    case "stage":
      return state;
  }
}

function gauges(state: Room, frame: Gauges): Room {
  const scored = questions.putScores(state.questions, frame.scores ?? []);
  const counted = frame.present ? people.putPresent(state.people, frame.present) : state.people;
  return { ...state, questions: scored, people: counted };
}
