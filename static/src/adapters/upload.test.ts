import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, type Line, type News, PATIENCE, PIECE, quarter, send } from "./upload.ts";

/** A server in memory behind a line that breaks where it is told to. */
class FakeLine implements Line {
  got = new Uint8Array();
  cancelled = false;
  waited = 0;
  readonly puts: number[] = [];
  states = ["checking", "ready"];
  /** What happens instead of the next requests. */
  troubles: (Answer | "break" | "half")[] = [];

  async put(_: string, piece: Blob, from: number, size: number): Promise<Answer> {
    this.puts.push(from);
    const trouble = this.troubles.shift();
    const bytes = new Uint8Array(await piece.arrayBuffer());
    if (trouble === "half") this.take(bytes.slice(0, bytes.length / 2));
    if (trouble === "half" || trouble === "break") throw new TypeError("network");
    if (trouble) return trouble;
    if (from !== this.got.length) return { ...said(409), offset: this.got.length };
    this.take(bytes);
    return {
      ...said(200),
      offset: this.got.length,
      state: this.got.length < size ? "" : "checking",
    };
  }

  async look(): Promise<Answer> {
    const whole = this.got.length >= BYTES.length;
    return {
      ...said(200),
      offset: this.got.length,
      state: whole ? (this.states.shift() ?? "") : "",
    };
  }

  async wait(): Promise<void> {
    this.waited += 1;
  }

  chance(): number {
    return 0.5;
  }

  private take(bytes: Uint8Array): void {
    this.got = join(this.got, bytes);
  }
}

const BYTES = new Uint8Array(PIECE * 2 + 10).map((_, index) => index % 251);
const FILE = new Blob([BYTES]);

function said(status: number, detail = ""): Answer {
  return { status, offset: null, state: "", detail };
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

async function sent(line: FakeLine): Promise<[string, News[]]> {
  const heard: News[] = [];
  const end = await send(FILE, "/uploads/a", line, (news) => heard.push(news));
  return [end.kind === "refused" ? `refused ${end.detail}` : end.kind, heard];
}

test("a file goes out in pieces, in order, and waits for the check", async () => {
  const line = new FakeLine();
  const [end, heard] = await sent(line);
  assert.equal(end, "ready");
  assert.deepEqual(line.puts, [0, PIECE, PIECE * 2]);
  assert.deepEqual(line.got, BYTES);
  const kinds = ["sent", "sent", "sent", "sent", "checking"];
  assert.deepEqual(
    heard.map((news) => news.kind),
    kinds,
  );
});

test("after a broken line it goes on from what arrived, also of half a piece", async () => {
  const line = new FakeLine();
  line.troubles = ["half", "break"];
  const [end, heard] = await sent(line);
  assert.equal(end, "ready");
  assert.deepEqual(line.got, BYTES);
  assert.deepEqual(line.puts.slice(0, 3), [0, PIECE / 2, PIECE / 2]);
  assert.equal(heard.filter((news) => news.kind === "resuming").length, 2);
});

test("what arrived before a reload is not sent again", async () => {
  const line = new FakeLine();
  line.got = BYTES.slice(0, PIECE + 5);
  assert.equal((await sent(line))[0], "ready");
  assert.equal(line.puts[0], PIECE + 5);
  assert.deepEqual(line.got, BYTES);
});

test("a file busy in another window, and a server that restarts, are waited for", async () => {
  const line = new FakeLine();
  line.troubles = [said(409), said(503), said(408)];
  assert.equal((await sent(line))[0], "ready");
  assert.equal(line.waited, 4);
});

test("a refusal ends it with the server's words", async () => {
  const line = new FakeLine();
  line.troubles = [said(507, "Kein Platz")];
  assert.equal((await sent(line))[0], "refused Kein Platz");
  const other = new FakeLine();
  other.states = ["checking", "refused"];
  assert.equal((await sent(other))[0], "refused ");
});

test("it does not try for ever", async () => {
  const line = new FakeLine();
  line.troubles = Array.from({ length: 100 }, () => "break" as const);
  assert.equal((await sent(line))[0], "refused ");
  assert.equal(line.puts.length, PATIENCE + 1);
});

test("cancelled is cancelled", async () => {
  const line = new FakeLine();
  line.cancelled = true;
  assert.deepEqual(await sent(line), ["cancelled", []]);
});

test("only quarters are news for a screen reader", () => {
  const steps = [0, 10, 25, 26, 49, 80, 100];
  const said = steps.slice(1).map((after, index) => quarter(steps[index] ?? 0, after, 100));
  assert.deepEqual(said, [null, 25, null, null, 75, null]);
});
