import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnyServerFrame } from "../protocol/generated.ts";
import { EventWire } from "./events.ts";

const WELCOME = '{"t":"welcome","account":"ulm"}';
const AT = { epoch: "e1", stream: "pub", n: 4 } as const;

interface Asked {
  readonly address: string;
  readonly init: RequestInit;
}

/** A server that holds the stream open and answers posts as it is told. */
class Server {
  readonly asked: Asked[] = [];
  answer: () => Response | Promise<Response> = () => new Response('{"t":"ack","id":"c1"}');
  type = "text/event-stream";
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;

  readonly fetch = (address: unknown, init: RequestInit = {}): Promise<Response> => {
    this.asked.push({ address: String(address), init });
    if (init.method === "POST") return Promise.resolve(this.answer());
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#stream = controller;
        init.signal?.addEventListener("abort", () => controller.error(new Error("aborted")));
      },
    });
    return Promise.resolve(new Response(body, { headers: { "content-type": this.type } }));
  };

  async says(text: string): Promise<void> {
    this.#stream?.enqueue(new TextEncoder().encode(text));
    await settled();
  }

  async ends(): Promise<void> {
    this.#stream?.close();
    await settled();
  }

  posts(): readonly string[] {
    return this.asked
      .filter(({ init }) => init.method === "POST")
      .map(({ init }) => `${init.body}`);
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

interface Scene {
  readonly server: Server;
  readonly wire: EventWire;
  readonly frames: AnyServerFrame[];
  readonly codes: number[];
  readonly told: boolean[];
}

async function joined(hello: object = {}, join: object = {}): Promise<Scene> {
  const server = new Server();
  const told: boolean[] = [];
  const wire = new EventWire(server.fetch as typeof fetch, "found", (opened) => told.push(opened));
  const frames: AnyServerFrame[] = [];
  const codes: number[] = [];
  wire.onmessage = ({ data }) => frames.push(JSON.parse(String(data)));
  wire.onclose = ({ code }) => codes.push(code);
  wire.send(JSON.stringify({ t: "hello", protocol: 1, ...hello }));
  wire.send(JSON.stringify({ t: "join", room: "plenum/1", ...join }));
  await settled();
  return { server, wire, frames, codes, told };
}

function headers({ init }: Asked): Record<string, string> {
  return init.headers as Record<string, string>;
}

test("joining opens the stream of the room, after the position", async () => {
  const { server } = await joined({ token: "t" }, { after: AT });
  const [asked] = server.asked;
  assert.equal(asked?.address, "/sse/rooms/plenum%2F1?protocol=1");
  assert.deepEqual(asked && headers(asked), {
    accept: "text/event-stream",
    authorization: "Bearer t",
    "last-event-id": "pub.4.e1",
  });
});

test("events are frames, however the network cuts them", async () => {
  const { server, frames } = await joined();
  for (const part of [`data: ${WELCOME}\n`, '\nid: pub.5.e1\ndata: {"t":"ev', 'ents"}\n\n']) {
    await server.says(part);
  }
  assert.deepEqual(
    frames.map(({ t }) => t),
    ["welcome", "events"],
  );
});

test("a sign of life is heard as an answer with the server's time", async () => {
  const { server, frames } = await joined();
  await server.says(": 1700000000000\n\n");
  assert.deepEqual(frames, [{ t: "pong", server_time: 1_700_000_000_000 }]);
});

test("the last event says with which code it closes", async () => {
  const { server, codes } = await joined();
  await server.says('data: {"t":"out","code":"banned"}\n\nevent: close\ndata: 4101\n\n');
  assert.deepEqual(codes, [4101]);
});

test("an answer that ends without it is a loss", async () => {
  const { server, codes, told } = await joined();
  await server.says(`data: ${WELCOME}\n\n`);
  await server.ends();
  assert.deepEqual([codes, told], [[1006], [true]]);
});

test("an answer that is no stream was not heard", async () => {
  const server = new Server();
  server.type = "text/html";
  const told: boolean[] = [];
  const wire = new EventWire(server.fetch as typeof fetch, "known", (opened) => told.push(opened));
  wire.send('{"t":"join","room":"plenum"}');
  await settled();
  assert.deepEqual(told, [false]);
});

for (const status of [429, 503]) {
  test(`a server that asks for patience says nothing about the way: ${status}`, async () => {
    const told: boolean[] = [];
    const busy = (): Promise<Response> => Promise.resolve(new Response("{}", { status }));
    const wire = new EventWire(busy, "known", (opened) => told.push(opened));
    const codes: number[] = [];
    wire.onclose = ({ code }) => codes.push(code);
    wire.send('{"t":"join","room":"plenum"}');
    await settled();
    assert.deepEqual([told, codes], [[], [1006]]);
  });
}

test("commands go one after the other and their answers are frames", async () => {
  const { server, wire, frames } = await joined();
  await server.says(`data: ${WELCOME}\n\n`);
  const answers: ((response: Response) => void)[] = [];
  server.answer = () => new Promise((resolve) => answers.push(resolve));
  for (const id of ["c1", "c2"]) wire.send(JSON.stringify({ t: "do", id }));
  await settled();
  assert.equal(server.posts().length, 1);
  answers[0]?.(new Response('{"t":"ack","id":"c1"}'));
  await settled();
  assert.deepEqual(server.posts(), ['{"t":"do","id":"c1"}', '{"t":"do","id":"c2"}']);
  assert.deepEqual(frames.at(-1), { t: "ack", id: "c1" });
  const post = server.asked.at(-1);
  assert.equal(post && headers(post)["plenum-account"], "ulm");
});

test("a command that got no answer costs the connection, so that it is sent again", async () => {
  for (const answer of [
    (): Response => new Response("", { status: 503 }),
    (): Promise<Response> => Promise.reject(new TypeError("network")),
  ]) {
    const { server, wire, codes } = await joined();
    server.answer = answer;
    wire.send('{"t":"do","id":"c1"}');
    await settled();
    assert.deepEqual(codes, [1006]);
  }
});

test("a frame the server cannot read does not cost the connection", async () => {
  const { server, wire, codes } = await joined();
  server.answer = () => new Response("{}", { status: 400 });
  for (const id of ["c1", "c2"]) wire.send(JSON.stringify({ t: "do", id }));
  await settled();
  assert.deepEqual([codes, server.posts().length], [[], 2]);
});

test("joining again takes the place of the stream before", async () => {
  const { server, wire, codes } = await joined();
  wire.send(JSON.stringify({ t: "join", room: "plenum/1", after: AT }));
  await settled();
  assert.deepEqual([server.asked.length, codes], [2, []]);
  assert.ok(server.asked[0]?.init.signal?.aborted);
});

test("closed by the page, it says nothing more", async () => {
  const { server, wire, codes, told } = await joined();
  wire.close();
  await settled();
  assert.ok(server.asked[0]?.init.signal?.aborted);
  assert.deepEqual([codes, told], [[], [false]]);
});
