import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyServerFrame, Position } from "../protocol/generated.ts";
import { FakeWorld } from "./fake_world.ts";
import { Socket, type Status } from "./socket.ts";

const at: Position = { epoch: "e1", stream: "pub", n: 4 };
const welcome: AnyServerFrame = {
  t: "welcome",
  protocol: 1,
  build: "test",
  epoch: "e1",
  server_time: 0,
  account: "ulm",
  limits: { message: 1000, question_shortest: 3, question_longest: 500, frame_bytes: 65536 },
};
const joined: AnyServerFrame = { t: "joined", room: "room", at, may: [], name: "Ulm" };

interface Scene {
  readonly world: FakeWorld;
  readonly socket: Socket;
  readonly frames: AnyServerFrame[];
}

function scene(position: Position | null = null, world = new FakeWorld()): Scene {
  const frames: AnyServerFrame[] = [];
  const socket = new Socket(
    world,
    { room: "room", build: "test" },
    { status: () => {}, welcome: () => {}, frame: (frame) => frames.push(frame) },
    () => position,
  );
  socket.start();
  return { world, socket, frames };
}

function live(position: Position | null = null, world = new FakeWorld()): Scene {
  const made = scene(position, world);
  made.world.wire.onopen?.();
  made.world.wire.receive(welcome);
  made.world.wire.receive(joined);
  return made;
}

function kind(status: Status): string {
  return status.kind;
}

test("it says hello, then asks to join", () => {
  const { world } = live();
  assert.deepEqual(world.wire.sent, [
    { t: "hello", protocol: 1, client: "test" },
    { t: "join", room: "room" },
  ]);
});

test("with a position it asks for what was missed", () => {
  const { world } = live(at);
  assert.deepEqual(world.wire.sent[1], { t: "join", room: "room", after: at });
});

test("after a loss it comes back within two seconds and then waits longer", () => {
  const { world, socket } = live();
  world.chance = 0.999;
  const waits = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    world.wire.lose();
    const { status } = socket;
    assert.equal(status.kind, "interrupted");
    if (status.kind !== "interrupted") return;
    waits.push(Math.round((status.retryAt - world.time) / 1_000));
    world.pass(status.retryAt - world.time);
  }
  assert.deepEqual(waits, [2, 2, 2, 4, 8]);
  assert.equal(world.wires.length, 6);
});

test("the server's hint is honoured", () => {
  const { world, socket } = live();
  world.wire.receive({ t: "bye", retry_after_ms: 7_000 });
  world.wire.lose(4001);
  assert.deepEqual(socket.status, {
    kind: "interrupted",
    since: world.time,
    retryAt: world.time + 7_000,
  });
});

test("joined again, the count of tries begins anew", () => {
  const { world, socket } = live();
  world.chance = 0.999;
  for (let attempt = 0; attempt < 6; attempt++) {
    world.wire.lose();
    world.pass(40_000);
  }
  world.wire.receive(joined);
  world.wire.lose();
  const { status } = socket;
  assert.ok(status.kind === "interrupted" && status.retryAt - world.time <= 2_000);
});

for (const [code, wanted] of [
  [4100, "signed_out"],
  [4101, "out"],
  [4102, "outdated"],
  [4103, "crowded"],
] as const) {
  test(`close code ${code} is final: ${wanted}`, () => {
    const { world, socket } = live();
    world.wire.lose(code);
    world.pass(60_000);
    assert.deepEqual([kind(socket.status), world.wires.length], [wanted, 1]);
  });
}

test("out of the room, the reason stays whatever the close code", () => {
  const { world, socket } = live();
  world.wire.receive({ t: "out", code: "banned" });
  world.wire.lose(4101);
  assert.deepEqual(socket.status, { kind: "out", out: { t: "out", code: "banned" } });
});

test("signed out, the reason stays too", () => {
  const { world, socket } = live();
  const out = { t: "out", code: "unauthorized", rule: "credential_expired" } as const;
  world.wire.receive(out);
  world.wire.lose(4100);
  assert.deepEqual(socket.status, { kind: "signed_out", out });
});

test("silence is asked about, and without an answer the connection is given up", () => {
  const { world, socket } = live();
  world.pass(20_000);
  assert.deepEqual(world.wire.sent.at(-1), { t: "ping" });
  world.pass(10_000);
  assert.equal(kind(socket.status), "interrupted");
  assert.ok(world.wires[0]?.closed);
});

test("an answer keeps the connection", () => {
  const { world, socket } = live();
  world.pass(20_000);
  world.wire.receive({ t: "pong", server_time: 1 });
  world.pass(15_000);
  assert.equal(kind(socket.status), "live");
});

test("a room that cannot be read just now is asked for again", () => {
  const { world } = scene();
  world.wire.onopen?.();
  world.wire.receive(welcome);
  world.wire.receive({ t: "fault", error: { code: "retry_later", retry_after_ms: 300 } });
  world.pass(300);
  assert.deepEqual(
    world.wire.sent.map(({ t }) => t),
    ["hello", "join", "join"],
  );
});

test("nothing is sent before the room is joined", () => {
  const { world, socket } = scene();
  world.wire.onopen?.();
  assert.equal(socket.send({ t: "leave" }), false);
});

test("a server that cannot say who this is just now is greeted again", () => {
  const { world, socket } = scene();
  world.wire.onopen?.();
  world.wire.receive({ t: "fault", error: { code: "retry_later", retry_after_ms: 300 } });
  world.wire.receive({ t: "fault", error: { code: "illegal_transition" } });
  world.pass(1_000);
  assert.deepEqual(
    world.wire.sent.map(({ t }) => t),
    ["hello", "join", "hello", "join"],
  );
  world.wire.receive(welcome);
  world.wire.receive(joined);
  assert.deepEqual(socket.status, { kind: "live" });
});

test("a detour is part of being live", () => {
  const world = new FakeWorld();
  world.detour = "found";
  const { socket } = live(null, world);
  assert.deepEqual(socket.status, { kind: "live", detour: "found" });
});
