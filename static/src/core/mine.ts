/** What concerns this account: own questions and their fate, own votes, own sanction. */

import type { Mine as MineView, OwnQuestion, OwnSanction, OwnVote } from "../protocol/generated.ts";

export interface Mine {
  readonly questions: ReadonlyMap<string, OwnQuestion>;
  readonly votes: ReadonlyMap<string, OwnVote>;
  readonly sanction: OwnSanction | null;
}

export const NOTHING_MINE: Mine = { questions: new Map(), votes: new Map(), sanction: null };

/** Absolute states merged by revision: an older one never replaces a newer one. */
export function putMine(state: Mine, news: readonly MineView[], all: boolean): Mine {
  return news.reduce(putOne, all ? NOTHING_MINE : state);
}

function putOne(state: Mine, view: MineView): Mine {
  switch (view.k) {
    case "own_question":
      return { ...state, questions: merged(state.questions, view) };
    case "own_vote":
      return { ...state, votes: merged(state.votes, view) };
    case "own_sanction":
      return view.rev >= (state.sanction?.rev ?? -1) ? { ...state, sanction: view } : state;
  }
}

function merged<V extends { readonly id: string; readonly rev: number }>(
  known: ReadonlyMap<string, V>,
  view: V,
): ReadonlyMap<string, V> {
  if (view.rev < (known.get(view.id)?.rev ?? -1)) return known;
  return new Map(known).set(view.id, view);
}
