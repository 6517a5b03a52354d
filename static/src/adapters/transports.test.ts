import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeWire } from "./fake_world.ts";
import { memory } from "./outside.ts";
import type { Detour } from "./socket.ts";
import { AGAIN_MS, TRANSPORT, Transports } from "./transports.ts";

type Way = "socket" | Detour;

/** A tab and its network; `tries` are the ways taken, one by one. */
class Network {
  readonly kept = memory();
  readonly tries: Way[] = [];
  time = 1_700_000_000_000;
  isUp = true;
  #page = this.#fresh();
  #tell: (opened: boolean) => void = () => {};

  /** Another page in the same tab. */
  reload(): void {
    this.#page = this.#fresh();
  }

  async connect(opens: boolean): Promise<void> {
    this.#page.open();
    this.#tell(opens);
    await new Promise(setImmediate);
  }

  #fresh(): Transports {
    return new Transports({
      kept: this.kept,
      now: () => this.time,
      socket: (told) => this.#took("socket", told),
      events: (detour, told) => this.#took(detour, told),
      reachable: () => Promise.resolve(this.isUp),
    });
  }

  #took(way: Way, told: (opened: boolean) => void): FakeWire {
    this.tries.push(way);
    this.#tell = told;
    return new FakeWire();
  }
}

async function blocked(): Promise<Network> {
  const network = new Network();
  await network.connect(false);
  await network.connect(false);
  await network.connect(true);
  return network;
}

test("two handshakes that fail while the server answers lead around", async () => {
  const { tries } = await blocked();
  assert.deepEqual(tries, ["socket", "socket", "found"]);
});

test("a server that is away says nothing about the way", async () => {
  const network = new Network();
  network.isUp = false;
  for (let attempt = 0; attempt < 4; attempt++) await network.connect(false);
  network.isUp = true;
  await network.connect(false);
  await network.connect(true);
  assert.deepEqual(new Set(network.tries), new Set(["socket"]));
  assert.equal(network.kept.getItem(TRANSPORT), null);
});

test("a socket that opened forgets earlier failures", async () => {
  const network = new Network();
  for (const opens of [false, true, false, true]) await network.connect(opens);
  assert.deepEqual(new Set(network.tries), new Set(["socket"]));
});

test("where a socket has opened before, it takes more to go around", async () => {
  const network = new Network();
  await network.connect(true);
  for (let attempt = 0; attempt < 6; attempt++) await network.connect(false);
  await network.connect(true);
  assert.deepEqual(network.tries, [...Array(7).fill("socket"), "found"]);
});

test("the next page of the tab knows the way, and after a while tries the direct one", async () => {
  const network = await blocked();
  network.reload();
  network.time += AGAIN_MS - 1;
  await network.connect(true);
  network.time += 1;
  await network.connect(true);
  assert.deepEqual(network.tries.slice(3), ["known", "socket"]);
  assert.equal(network.kept.getItem(TRANSPORT), null);
});

test("where events do not pass either, sockets are tried again; where nothing answers, not", async () => {
  const network = await blocked();
  network.isUp = false;
  await network.connect(false);
  await network.connect(false);
  network.isUp = true;
  await network.connect(false);
  await network.connect(false);
  assert.deepEqual(network.tries.slice(3), ["found", "found", "found", "socket"]);
});

for (const kept of ["", "later", "-1", "99999999999999"]) {
  test(`what makes no sense in the storage is not believed: ${kept}`, async () => {
    const network = new Network();
    network.kept.setItem(TRANSPORT, kept);
    await network.connect(true);
    assert.deepEqual(network.tries, ["socket"]);
  });
}
