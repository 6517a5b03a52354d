import assert from "node:assert/strict";
import { test } from "node:test";
import type { NoteView } from "../protocol/generated.ts";
import { unread } from "./notes.ts";

const note: NoteView = {
  k: "note",
  id: "n1",
  at: 0,
  text: "Ton?",
  author: { account: "ulm", name: "Moderation", organisation: "", office: "moderator" },
};

test("a note of somebody else is unread until somebody confirms it", () => {
  assert.equal(unread(note, "hof"), true);
  assert.equal(unread({ ...note, confirmed_by: "Hof", confirmed_at: 1 }, "hof"), false);
});

test("nobody has their own note to read", () => {
  assert.equal(unread(note, "ulm"), false);
});

test("an erased note, which nobody can confirm, is not unread", () => {
  assert.equal(unread({ k: "note", id: "n1", at: 0 }, "hof"), false);
});
