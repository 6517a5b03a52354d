import assert from "node:assert/strict";
import { test } from "node:test";
import { delay } from "./backoff.ts";

test("the first three tries come within two seconds each", () => {
  for (const attempt of [0, 1, 2]) {
    assert.equal(delay(attempt, 0), 500);
    assert.ok(delay(attempt, 0.9999) <= 2_000);
  }
});

test("then the span doubles up to thirty seconds, and all of it is used", () => {
  assert.deepEqual(
    [3, 4, 5, 6, 7, 50].map((attempt) => Math.round(delay(attempt, 1))),
    [4_000, 8_000, 16_000, 30_000, 30_000, 30_000],
  );
  assert.equal(delay(50, 0), 500);
});

test("the server's hint is the least wait, and spread", () => {
  assert.deepEqual([delay(0, 0, 4_000), delay(9, 1, 4_000)], [4_000, 5_000]);
});

test("a hint is obeyed as well where it is sooner than we would come by ourselves", () => {
  assert.deepEqual([delay(0, 0, 200), delay(9, 1, 200)], [200, 250]);
});
