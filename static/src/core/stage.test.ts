import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoomCommand } from "../protocol/generated.ts";
import { aimedAt } from "./stage.ts";

const turn = (page: number, deck = "ulm"): RoomCommand => ({ type: "stage.turn", deck, page });

test("a deck stands where the room has it while nothing is asked", () => {
  assert.equal(aimedAt("ulm", 2, []), 2);
});

test("pages are turned from the one asked for last", () => {
  assert.equal(aimedAt("ulm", 2, [turn(3), turn(4)]), 4);
  assert.equal(aimedAt("ulm", 4, [turn(5), turn(4)]), 4);
});

test("turns of another deck and other acts count nothing", () => {
  assert.equal(aimedAt("ulm", 2, [turn(7, "hof"), { type: "stage.clear" }]), 2);
});
