import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageView, OwnQuestion, QuestionView } from "../protocol/generated.ts";
import { happened } from "./news.ts";
import { EMPTY, fold, type Room } from "./room.ts";

const author = { account: "hof", name: "Bauamt Hof", organisation: "Stadt Hof", unnamed: false };
const message: MessageView = {
  k: "message",
  id: "m1",
  order: 1,
  at: 1,
  state: "visible",
  text: "Guten Morgen",
  author,
};
const question: QuestionView = {
  k: "question",
  id: "q1",
  at: 1,
  state: "on_air",
  revision: 3,
  text: "Was kostet das?",
};
const joined: Room = { ...EMPTY, at: { epoch: "e", stream: "pub", n: 0 } };

function own(state: OwnQuestion["state"], rev: number): OwnQuestion {
  return { k: "own_question", id: "q1", rev, at: 1, state, text: "Was kostet das?" };
}

function after(state: Room, n: number, put: readonly (MessageView | QuestionView)[]): Room {
  return fold(state, { t: "events", events: [{ n, at: 1, put }] });
}

test("somebody else's message is news", () => {
  const next = after(joined, 1, [message]);
  assert.deepEqual(happened(joined, next, "ulm"), [{ what: "message", message }]);
});

test("my own message is not", () => {
  assert.deepEqual(happened(joined, after(joined, 1, [message]), "hof"), []);
});

test("a removal is not", () => {
  const before = after(joined, 1, [message]);
  const { text: _, ...rest } = message;
  const next = after(before, 2, [{ ...rest, state: "removed" }]);
  assert.deepEqual(happened(before, next, "ulm"), []);
});

test("my question's new state is news, its first appearance is not", () => {
  const asked = fold(joined, { t: "me", put: [own("pending", 1)] });
  const approved = fold(asked, { t: "me", put: [own("published", 2)] });
  assert.deepEqual(happened(joined, asked, "hof"), []);
  assert.deepEqual(happened(asked, approved, "hof"), [
    { what: "own_question", question: own("published", 2) },
  ]);
});

test("what is on air now is news once", () => {
  const before = after(joined, 1, [question]);
  const next: Room = { ...before, settings: { ...before.settings, on_air: "q1" } };
  assert.deepEqual(happened(before, next, "ulm"), [{ what: "on_air", question }]);
  assert.deepEqual(happened(next, next, "ulm"), []);
});

test("my own question on air is said once, as mine", () => {
  const asked = fold(joined, { t: "me", put: [own("published", 2)] });
  const told = fold(after(asked, 1, [question]), { t: "me", put: [own("on_air", 3)] });
  const next: Room = { ...told, settings: { ...told.settings, on_air: "q1" } };
  assert.deepEqual(happened(asked, next, "hof"), [
    { what: "own_question", question: own("on_air", 3) },
  ]);
});

test("votes, presence and re-sorting are never news (A4)", () => {
  const next = fold(joined, { t: "gauges", scores: [["q1", 7, 1, 1]], present: [70, 3] });
  assert.deepEqual(happened(joined, next, "ulm"), []);
});
