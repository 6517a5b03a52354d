import assert from "node:assert/strict";
import { test } from "node:test";
import { held, inPlace } from "./order.ts";

test("nobody reads in the list: the wanted order is taken", () => {
  assert.deepEqual(held(["a", "b"], ["b", "a"], false), { ids: ["b", "a"], changes: 0 });
});

test("while somebody reads, nothing moves and the changes are counted (T-A3)", () => {
  assert.deepEqual(held(["a", "b", "c"], ["c", "b", "a"], true), {
    ids: ["a", "b", "c"],
    changes: 2,
  });
});

test("while somebody reads, new questions wait", () => {
  assert.deepEqual(held(["a"], ["n", "a"], true), { ids: ["a"], changes: 1 });
});

test("a question that is not to be seen any more goes at once", () => {
  assert.deepEqual(held(["a", "b"], ["a"], true), { ids: ["a"], changes: 0 });
});

test("what lingers stands where it stood, at the end where the list became shorter", () => {
  assert.deepEqual(inPlace(["a", "b", "c"], ["b", "c"], ["a"]), ["a", "b", "c"]);
  assert.deepEqual(inPlace(["a", "b", "c"], ["a", "n"], ["b"]), ["a", "b", "n"]);
  assert.deepEqual(inPlace(["a", "b", "c"], [], ["b", "c"]), ["b", "c"]);
});

test("what does not linger goes, and what came back stands once", () => {
  assert.deepEqual(inPlace(["a", "b"], ["b"], []), ["b"]);
  assert.deepEqual(inPlace(["a", "b"], ["b", "a"], ["a"]), ["b", "a"]);
});
