import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageView } from "../protocol/generated.ts";
import { type Chat, dropMessage, fromSnapshot, prepend, putMessage, trim } from "./chat.ts";

function message(order: number, text = `Text ${order}`): MessageView {
  return { k: "message", id: `m${order}`, order, at: order, state: "visible", text };
}

function removed(order: number): MessageView {
  return { k: "message", id: `m${order}`, order, at: order, state: "removed" };
}

function orders(chat: Chat): readonly number[] {
  return chat.messages.map(({ order }) => order);
}

test("a new message stands at the end", () => {
  const chat = putMessage(fromSnapshot([message(1)], false), message(2));
  assert.deepEqual(orders(chat), [1, 2]);
});

test("a changed message keeps its place", () => {
  const chat = putMessage(fromSnapshot([message(1), message(2)], false), removed(1));
  assert.deepEqual(chat.messages, [removed(1), message(2)]);
});

test("a message before the oldest known one is passed over while older ones are missing", () => {
  const known = fromSnapshot([message(5), message(6)], true);
  assert.deepEqual(orders(putMessage(known, message(3))), [5, 6]);
});

test("a message before the oldest known one takes its place when nothing is missing", () => {
  const known = fromSnapshot([message(5), message(6)], false);
  assert.deepEqual(orders(putMessage(known, message(3))), [3, 5, 6]);
});

test("a page read before a removal does not bring the text back", () => {
  const known = fromSnapshot([message(5)], true);
  const told = putMessage(known, removed(3));
  const paged = prepend(told, [message(3), message(4)], false);
  assert.deepEqual(paged.messages, [removed(3), message(4), message(5)]);
});

test("a page read before an erasure does not bring the message back", () => {
  const known = dropMessage(fromSnapshot([message(5)], true), "m3");
  assert.deepEqual(orders(prepend(known, [message(3), message(4)], true)), [4, 5]);
});

test("a page that overlaps adds only what is older", () => {
  const known = fromSnapshot([message(5)], true);
  assert.deepEqual(orders(prepend(known, [message(6), message(5), message(4)], false)), [4, 5]);
});

test("trimming keeps the newest and says that there are older ones", () => {
  const chat = trim(fromSnapshot([message(1), message(2), message(3)], false), 2);
  assert.deepEqual([orders(chat), chat.older], [[2, 3], true]);
});
