/** Questions: what a stream shows of them, their gauges and their order (rooms page, B2.8). */

import type { QuestionState, QuestionView, Score } from "../protocol/generated.ts";

export interface Questions {
  readonly questions: ReadonlyMap<string, QuestionView>;
  readonly scores: ReadonlyMap<string, Score>;
}

export const NO_QUESTIONS: Questions = { questions: new Map(), scores: new Map() };

export function fromSnapshot(
  questions: readonly QuestionView[],
  scores: readonly Score[],
): Questions {
  return {
    questions: new Map(questions.map((view) => [view.id, view])),
    scores: new Map(scores.map((score) => [score[0], score])),
  };
}

export function putQuestion(state: Questions, view: QuestionView): Questions {
  return { ...state, questions: new Map(state.questions).set(view.id, view) };
}

export function dropQuestion(state: Questions, id: string): Questions {
  if (!state.questions.has(id)) return state;
  const questions = new Map(state.questions);
  questions.delete(id);
  return { ...state, questions };
}

/** Gauges are absolute; the higher version wins. */
export function putScores(state: Questions, news: readonly Score[]): Questions {
  const fresh = news.filter((score) => score[3] >= (state.scores.get(score[0])?.[3] ?? -1));
  if (fresh.length === 0) return state;
  const scores = new Map(state.scores);
  for (const score of fresh) scores.set(score[0], score);
  return { ...state, scores };
}

export function votes(state: Questions, id: string): number {
  return state.scores.get(id)?.[1] ?? 0;
}

export type Sort = "hot" | "top" | "new" | "old";

/** Questions in one of these states, in order. The one on air comes first in every sort. */
export function ranked(
  state: Questions,
  states: readonly QuestionState[],
  sort: Sort,
): readonly QuestionView[] {
  const before = COMPARE[sort];
  return [...state.questions.values()]
    .filter((view) => states.includes(view.state))
    .sort((a, b) => onAirFirst(a, b) || before(state, a, b) || tie(a, b));
}

type Compare = (state: Questions, a: QuestionView, b: QuestionView) => number;

const COMPARE: Readonly<Record<Sort, Compare>> = {
  hot: (state, a, b) => heat(state, b) - heat(state, a),
  top: (state, a, b) => votes(state, b.id) - votes(state, a.id),
  new: (_, a, b) => instant(b) - instant(a),
  old: (_, a, b) => instant(a) - instant(b),
};

function heat(state: Questions, view: QuestionView): number {
  return state.scores.get(view.id)?.[2] ?? Number.NEGATIVE_INFINITY;
}

function instant(view: QuestionView): number {
  return view.published_at ?? view.at;
}

function onAirFirst(a: QuestionView, b: QuestionView): number {
  return Number(b.state === "on_air") - Number(a.state === "on_air");
}

function tie(a: QuestionView, b: QuestionView): number {
  return instant(a) - instant(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
