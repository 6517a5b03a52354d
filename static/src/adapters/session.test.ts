import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyServerFrame, MessageView, Snapshot } from "../protocol/generated.ts";
import { FakeWorld } from "./fake_world.ts";
import { type Ears, Session } from "./session.ts";

const snapshot: Snapshot = {
  room: {
    k: "room",
    id: "room",
    window: "open",
    moderation: "pre",
    display: "named",
    on_air: null,
  },
  messages: [],
  older: false,
  questions: [],
  people: [],
  scores: [["q1", 4, 1, 1]],
  present: [2, 1],
  stage: { k: "stage", id: "stage" },
  announcement: null,
  notes: [],
};
const ears: Ears = {
  counted: (messages) => `${messages} neue`,
  spoken: (news) =>
    news.what === "message"
      ? { kind: "message", name: "Hof", text: news.message.text ?? "" }
      : null,
  lost: () => "weg",
  restored: () => "wieder da",
  detour: () => "Ersatzweg",
  answered: () => false,
  released: () => {},
};

function message(order: number, account = "hof"): MessageView {
  const author = { account, name: "Hof", organisation: "", unnamed: false };
  return {
    k: "message",
    id: `m${order}`,
    order,
    at: order,
    state: "visible",
    text: "Hallo",
    author,
  };
}

function events(n: number): AnyServerFrame {
  return { t: "events", events: [{ n, at: n, put: [message(n)] }] };
}

function enter(world: FakeWorld, account: string | null = "ulm"): void {
  world.wire.onopen?.();
  world.wire.receive({
    t: "welcome",
    protocol: 1,
    build: "test",
    epoch: "e1",
    server_time: world.time + 60_000,
    account,
    limits: { message: 1000, question_shortest: 3, question_longest: 500, frame_bytes: 65536 },
  });
}

function join(world: FakeWorld, n = 0, fresh: Snapshot | undefined = snapshot): void {
  const at = { epoch: "e1", stream: "pub", n } as const;
  const more = fresh === undefined ? {} : { snapshot: fresh };
  world.wire.receive({ t: "joined", room: "room", at, may: ["chat.send"], name: "Ulm", ...more });
  world.pass(200);
}

function live(world = new FakeWorld()): { readonly world: FakeWorld; readonly session: Session } {
  const session = new Session(world, { room: "room", build: "test" }, ears, "summary");
  session.start();
  enter(world);
  join(world);
  return { world, session };
}

function commands(world: FakeWorld): readonly string[] {
  return world.wires.flatMap(({ sent }) => sent.flatMap((f) => (f.t === "do" ? [f.id] : [])));
}

test("the room appears, and the clock is the server's", () => {
  const { world, session } = live();
  assert.equal(session.joined.value, true);
  assert.equal(session.now(), world.time + 60_000);
});

test("many frames are at most ten renders a second", () => {
  const { world, session } = live();
  let renders = -1; // subscribing renders once
  session.room.subscribe(() => {
    renders += 1;
  });
  for (let n = 1; n <= 100; n++) {
    world.wire.receive(events(n));
    world.pass(10);
  }
  world.pass(100);
  assert.equal(session.room.value.chat.messages.length, 100);
  assert.ok(renders >= 5 && renders <= 11, `${renders}`);
});

test("a gap in the numbers is noticed: it joins again from where it was", () => {
  const { world, session } = live();
  world.wire.receive(events(1));
  world.wire.receive(events(3));
  world.pass(200);
  assert.deepEqual(world.wire.sent.at(-1), {
    t: "join",
    room: "room",
    after: { epoch: "e1", stream: "pub", n: 1 },
  });
  assert.equal(session.room.value.at?.n, 1);
});

test("a command is sent once, kept while there is no answer, and sent again after a loss", () => {
  const { world, session } = live();
  session.give({ type: "chat.send", text: "Hallo" });
  assert.deepEqual(commands(world), ["c1"]);
  world.wire.lose();
  assert.equal(session.entries.value[0]?.phase, "waiting");
  world.pass(600);
  enter(world);
  join(world, 0, undefined);
  assert.deepEqual(commands(world), ["c1", "c1"]);
});

test("an answered command stays visible until the history shows its effect", () => {
  const { world, session } = live();
  session.give({ type: "chat.send", text: "Hallo" });
  world.wire.receive({ t: "ack", id: "c1", done: { object: "m1" }, at: 1 });
  world.pass(200);
  assert.equal(session.entries.value[0]?.phase, "done");
  world.wire.receive(events(1));
  world.pass(200);
  assert.deepEqual(session.entries.value, []);
});

test("a vote's answer shows at once; a later word of the server wins", () => {
  const { world, session } = live();
  session.give({ type: "question.vote", question: "q1", value: true });
  world.wire.receive({ t: "ack", id: "c1", done: { my_vote: true, score: 5 } });
  world.pass(200);
  assert.equal(session.room.value.mine.votes.get("q1")?.value, true);
  assert.equal(session.room.value.questions.scores.get("q1")?.[1], 5);
  world.wire.receive({ t: "me", put: [{ k: "own_vote", id: "q1", rev: 9, value: false }] });
  world.pass(200);
  assert.equal(session.room.value.mine.votes.get("q1")?.value, false);
});

test("a guest has no outbox: nothing is taken", () => {
  const world = new FakeWorld();
  const session = new Session(world, { room: "room", build: "test" }, ears, "summary");
  session.start();
  enter(world, null);
  join(world);
  assert.equal(session.give({ type: "chat.send", text: "Hallo" }), null);
});

test("what was there on joining is not announced, what comes is", () => {
  const world = new FakeWorld();
  const session = new Session(world, { room: "room", build: "test" }, ears, "summary");
  session.start();
  enter(world);
  join(world, 3, { ...snapshot, messages: [message(1), message(2), message(3)] });
  world.pass(6_000);
  assert.deepEqual(world.said, []);
  world.wire.receive(events(4));
  world.pass(6_000);
  assert.deepEqual(world.said, [{ urgency: "polite", text: "Hof: Hallo" }]);
});

test("a short loss is not announced; one of ten seconds is, and the return too", () => {
  const { world } = live();
  world.wire.lose();
  world.pass(9_000);
  assert.deepEqual(world.said, []);
  world.pass(2_000);
  enter(world);
  join(world, 0, undefined);
  assert.deepEqual(world.said, [
    { urgency: "assertive", text: "weg" },
    { urgency: "assertive", text: "wieder da" },
  ]);
});

test("older messages come before the known ones", async () => {
  const world = new FakeWorld();
  const session = new Session(world, { room: "room", build: "test" }, ears, "summary");
  session.start();
  enter(world);
  join(world, 3, { ...snapshot, older: true, messages: [message(3)] });
  world.page = { messages: [message(1), message(2)], older: false };
  await session.loadOlder();
  assert.deepEqual(
    session.room.value.chat.messages.map(({ order }) => order),
    [1, 2, 3],
  );
});

test("a release of the programme is passed on and moves no number", () => {
  let released = 0;
  const world = new FakeWorld();
  const heard = {
    ...ears,
    released: () => {
      released += 1;
    },
  };
  const session = new Session(world, { room: "room", build: "test" }, heard, "summary");
  session.start();
  enter(world);
  join(world);
  world.wire.receive({ t: "agenda", event: "event", release: 2 });
  world.pass(200);
  assert.equal(released, 1);
  assert.equal(session.room.value.at?.n, 0);
});

for (const [detour, times] of [
  ["found", 1],
  ["known", 0],
] as const) {
  test(`that there is a detour is said ${times} times when it was ${detour}`, () => {
    const world = new FakeWorld();
    world.detour = detour;
    live(world);
    world.wire.lose();
    world.pass(10_000);
    enter(world);
    join(world);
    world.pass(10_000);
    assert.equal(world.said.filter(({ text }) => text === "Ersatzweg").length, times);
  });
}
