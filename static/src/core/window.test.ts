import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageView } from "../protocol/generated.ts";
import { AT_END, ROWS, rows } from "./window.ts";

const many: readonly MessageView[] = Array.from({ length: 400 }, (_, index) => ({
  k: "message",
  id: `m${index + 1}`,
  order: index + 1,
  at: index,
  state: "visible",
}));

function span({ rows: shown, newer, earlier }: ReturnType<typeof rows>): readonly unknown[] {
  return [shown[0]?.order, shown.at(-1)?.order, newer, earlier];
}

test("at the end the newest three hundred are shown", () => {
  assert.deepEqual(span(rows(many, AT_END)), [101, 400, 0, 100]);
});

test("held, nothing newer is shown and the newer ones are counted", () => {
  assert.deepEqual(span(rows(many, { upTo: 390, from: null })), [91, 390, 10, 90]);
});

test("reading back, the window grows upwards and never beyond three hundred rows", () => {
  const back = rows(many, { upTo: 400, from: 51 });
  assert.deepEqual(span(back), [51, 350, 50, 50]);
  assert.equal(back.rows.length, ROWS);
});

test("an empty chat has no rows", () => {
  assert.deepEqual(rows([], AT_END), { rows: [], newer: 0, earlier: 0 });
});
