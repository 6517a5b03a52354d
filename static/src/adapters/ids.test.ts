import assert from "node:assert/strict";
import { test } from "node:test";
import { freshId, uuid7 } from "./ids.ts";

test("an id is a UUIDv7 that tells when it was made", () => {
  const id = uuid7(0x0192_f0a1_b2c3, new Uint8Array(10).fill(0xff));
  assert.equal(id, "0192f0a1-b2c3-7fff-bfff-ffffffffffff");
});

test("ids of one instant differ, ids of later instants sort later", () => {
  const [one, other, later] = [freshId(1_000), freshId(1_000), freshId(2_000)];
  assert.notEqual(one, other);
  assert.ok(one < later && other < later);
});
