import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ack, RoomCommand } from "../protocol/generated.ts";
import { MOST, Outbox, PATIENCE_MS, STALE_MS } from "./outbox.ts";
import { memory } from "./outside.ts";
import { forgetWritten } from "./written.ts";

const hello: RoomCommand = { type: "chat.send", text: "Guten Morgen" };
const ask: RoomCommand = { type: "question.ask", text: "Was kostet das?" };
const T = 1_700_000_000_000;

function vote(value: boolean): RoomCommand {
  return { type: "question.vote", question: "q1", value };
}

function ids(entries: readonly { readonly id: string }[]): readonly string[] {
  return entries.map(({ id }) => id);
}

test("a command is due at once, and only once", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", hello, T);
  assert.deepEqual(ids(outbox.due(T)), ["c1"]);
  assert.deepEqual(outbox.due(T + 1), []);
});

test("without an answer it is sent again under the same id", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", hello, T);
  outbox.due(T);
  assert.deepEqual(ids(outbox.due(T + PATIENCE_MS)), ["c1"]);
});

test("after a short loss everything is sent again under the same id", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", hello, T);
  outbox.due(T);
  outbox.disconnected();
  outbox.connected(T + 10_000);
  assert.deepEqual(ids(outbox.due(T + 10_000)), ["c1"]);
});

test("T-C1: written offline, tab closed, opened again: sent once", () => {
  const keep = memory();
  new Outbox(keep, "ulm", "room").add("c1", hello, T);
  const reopened = new Outbox(keep, "ulm", "room");
  reopened.connected(T + 30_000);
  assert.deepEqual(ids(reopened.due(T + 30_000)), ["c1"]);
  reopened.answered({ t: "ack", id: "c1", done: { object: "m1" }, at: 7 }, T + 30_100);
  assert.deepEqual(new Outbox(keep, "ulm", "room").entries, []);
});

test("T-C1: opened again after more than two minutes: asked about, then sent if wanted", () => {
  const keep = memory();
  new Outbox(keep, "ulm", "room").add("c1", hello, T);
  const reopened = new Outbox(keep, "ulm", "room");
  const later = T + STALE_MS + 1;
  reopened.connected(later);
  assert.deepEqual(reopened.due(later), []);
  assert.equal(reopened.entries[0]?.phase, "asking");
  reopened.confirm("c1", later);
  assert.deepEqual(ids(reopened.due(later)), ["c1"]);
});

test("questions and votes are sent after any pause", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", ask, T);
  outbox.add("c2", vote(true), T);
  outbox.connected(T + 3_600_000);
  assert.deepEqual(ids(outbox.due(T + 3_600_000)), ["c1", "c2"]);
});

test("of several unsent votes on one question the last one counts", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", vote(true), T);
  outbox.add("c2", vote(false), T);
  assert.deepEqual(ids(outbox.due(T)), ["c2"]);
});

/** The server's answer to who posts too fast. */
function tooFast(id: string, wait: number): Ack {
  return { t: "ack", id, error: { code: "rate_limited", retry_after_ms: wait } };
}

test("a message that came too fast is sent again by itself when its time has come", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", hello, T);
  outbox.due(T);
  assert.equal(outbox.answered(tooFast("c1", 4_200), T + 50)?.phase, "waiting");
  assert.deepEqual(outbox.due(T + 4_249), []);
  assert.deepEqual(ids(outbox.due(T + 4_250)), ["c1"]);
});

test("however often a message came too fast, it is neither lost nor given back", () => {
  const keep = memory();
  const outbox = new Outbox(keep, "ulm", "room");
  outbox.add("c1", hello, T);
  for (let turn = 1; turn <= 20; turn += 1) {
    assert.deepEqual(ids(outbox.due(T + turn * 5_000)), ["c1"]);
    outbox.answered(tooFast("c1", 5_000), T + turn * 5_000);
  }
  assert.deepEqual(ids(new Outbox(keep, "ulm", "room").entries), ["c1"]);
});

test("later messages wait for one that must wait; what is no message does not", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", hello, T);
  outbox.due(T);
  outbox.answered(tooFast("c1", 1_000), T);
  outbox.add("c2", hello, T + 500);
  outbox.add("c3", vote(true), T + 500);
  assert.deepEqual(ids(outbox.due(T + 500)), ["c3"]);
  assert.deepEqual(ids(outbox.due(T + 1_000)), ["c1", "c2"]);
});

test("a question that came too fast goes back to its field with the reason", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", ask, T);
  outbox.due(T);
  assert.equal(outbox.answered(tooFast("c1", 20_000), T)?.phase, "refused");
});

test("a refused text is kept with its reason, also when the tab closes", () => {
  const keep = memory();
  const outbox = new Outbox(keep, "ulm", "room");
  outbox.add("c1", hello, T);
  outbox.due(T);
  outbox.answered({ t: "ack", id: "c1", error: { code: "muted", until: T + 1 } }, T);
  const [kept] = new Outbox(keep, "ulm", "room").entries;
  assert.deepEqual(
    [kept?.phase, kept?.command, kept?.error],
    ["refused", hello, { code: "muted", until: T + 1 }],
  );
});

test("a busy server is asked again after its hint, under the same id", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", hello, T);
  outbox.due(T);
  outbox.answered({ t: "ack", id: "c1", error: { code: "retry_later", retry_after_ms: 400 } }, T);
  assert.deepEqual(outbox.due(T + 399), []);
  assert.deepEqual(ids(outbox.due(T + 400)), ["c1"]);
});

test("the fourth passing failure gives the text back", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", hello, T);
  for (let tried = 0; tried < 4; tried++) {
    outbox.answered({ t: "ack", id: "c1", error: { code: "internal" } }, T);
  }
  assert.equal(outbox.entries[0]?.phase, "refused");
});

test("fifty wait; the fifty-first is not taken, so its text stays in the field", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  for (let number = 0; number < MOST; number++) outbox.add(`c${number}`, hello, T);
  assert.equal(outbox.add("one more", hello, T), false);
  assert.equal(outbox.entries.length, MOST);
});

test("another account or room does not see it", () => {
  const keep = memory();
  new Outbox(keep, "ulm", "room").add("c1", hello, T);
  assert.deepEqual(new Outbox(keep, "hof", "room").entries, []);
  assert.deepEqual(new Outbox(keep, "ulm", "other").entries, []);
});

test("signing out clears what was written and nothing else", () => {
  const keep = memory();
  keep.setItem("plenum.level", "off");
  new Outbox(keep, "ulm", "room").add("c1", hello, T);
  keep.setItem("plenum.draft/room/chat", "Halb");
  forgetWritten(keep);
  assert.deepEqual([keep.length, keep.getItem("plenum.level")], [1, "off"]);
});

test("what somebody else put into the storage is passed over", () => {
  const keep = memory();
  keep.setItem("plenum.outbox/ulm/room/x", "{");
  keep.setItem("plenum.outbox/ulm/room/y", '{"id":1}');
  assert.deepEqual(new Outbox(keep, "ulm", "room").entries, []);
});

test("what was carried out goes when the history shows it", () => {
  const outbox = new Outbox(memory(), "ulm", "room");
  outbox.add("c1", hello, T);
  outbox.answered({ t: "ack", id: "c1", done: { object: "m1" }, at: 7 }, T);
  outbox.settle(({ n }) => (n ?? 0) <= 6);
  assert.deepEqual(ids(outbox.entries), ["c1"]);
  outbox.settle(({ n }) => (n ?? 0) <= 7);
  assert.deepEqual(outbox.entries, []);
});
