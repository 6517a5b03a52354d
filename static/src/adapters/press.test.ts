import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeWorld } from "./fake_world.ts";
import { Press } from "./press.ts";

let world: FakeWorld;
let page: EventTarget;
let press: Press;
let acted: string[];

beforeEach(() => {
  world = new FakeWorld();
  page = new EventTarget();
  press = new Press(page, (milliseconds, act) => world.later(milliseconds, act));
  acted = [];
});

function happen(...names: string[]): void {
  for (const name of names) page.dispatchEvent(new Event(name));
}

function act(name = "moved"): void {
  press.after(() => void acted.push(name));
}

test("while nobody presses, it is acted at once", () => {
  act();
  assert.deepEqual(acted, ["moved"]);
});

test("between press and click nothing moves; after it all does, in order", () => {
  happen("pointerdown");
  act("first");
  world.pass(500);
  happen("pointerup");
  act("second");
  happen("click");
  assert.deepEqual(acted, []);
  world.pass(0);
  assert.deepEqual(acted, ["first", "second"]);
});

test("a touch's click may come a moment after the finger left", () => {
  happen("pointerdown", "pointerup");
  act();
  world.pass(99);
  assert.deepEqual(acted, []);
  world.pass(1);
  assert.deepEqual(acted, ["moved"]);
});

test("a finger that scrolls holds nothing up", () => {
  happen("pointerdown", "pointercancel");
  act();
  world.pass(0);
  assert.deepEqual(acted, ["moved"]);
});

test("a press that is never let go ends after a second", () => {
  happen("pointerdown");
  act();
  world.pass(999);
  assert.deepEqual(acted, []);
  world.pass(1);
  assert.deepEqual(acted, ["moved"]);
  act("again");
  assert.deepEqual(acted, ["moved", "again"]);
});

test("what is asked for while the waiting is done waits for the next press only", () => {
  happen("pointerdown");
  press.after(() => act("inner"));
  happen("click");
  world.pass(0);
  assert.deepEqual(acted, ["inner"]);
});
