/**
 * The detour where no WebSocket passes: events come down on one answer that goes on and on,
 * commands go up by POST, all in the same envelopes (docs/protocol.md). To the socket it is a wire
 * like any other. Read with `fetch`, since an `EventSource` hides statuses and signs of life.
 */

import type { AnyClientFrame, Hello, Join } from "../protocol/generated.ts";
import type { Detour, Wire } from "./socket.ts";

/** As a socket that broke: come back. */
const BROKEN = 1006;
/** A post without an answer for so long is given up, and the connection with it. */
const PATIENCE_MS = 15_000;
/** Too many at once: it says nothing about the way, as little as a server that is in trouble. */
const BUSY = 429;
/** What no repetition would change: the frame is given up, the connection stays. */
const HOPELESS: readonly number[] = [400, 413];

export class EventWire implements Wire {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly detour: Detour;
  readonly #fetch: typeof fetch;
  readonly #told: (opened: boolean) => void;
  #hello: Hello | undefined;
  #address = "";
  #account = "";
  #stream = new AbortController();
  #waiting: readonly string[] = [];
  #posting = false;
  #heard = false;
  #over = false;

  /** `told`: at most once, whether anything was heard; not when the server asks for patience. */
  constructor(fetcher: typeof fetch, detour: Detour, told: (opened: boolean) => void) {
    this.#fetch = fetcher;
    this.#told = told;
    this.detour = detour;
    queueMicrotask(() => this.onopen?.());
  }

  send(text: string): void {
    const frame = JSON.parse(text) as AnyClientFrame;
    if (frame.t === "hello") this.#hello = frame;
    else if (frame.t === "join") void this.#listen(frame);
    else if (frame.t === "do") {
      this.#waiting = [...this.#waiting, text];
      void this.#post();
    }
    // A ping needs no answer: the server gives signs of life more often than it is asked.
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stream.abort();
    if (!this.#heard) this.#told(false);
  }

  async #listen({ room, after }: Join): Promise<void> {
    this.#stream.abort();
    const stream = new AbortController();
    this.#stream = stream;
    this.#address = `/sse/rooms/${encodeURIComponent(room)}`;
    const headers = {
      accept: "text/event-stream",
      ...this.#credential(),
      ...(after === undefined || after === null
        ? {}
        : { "last-event-id": `${after.stream}.${after.n}.${after.epoch}` }),
    };
    let code = BROKEN;
    try {
      const address = `${this.#address}?protocol=${this.#hello?.protocol}`;
      const { signal } = stream;
      code = await this.#read(await this.#fetch(address, { headers, signal, cache: "no-store" }));
    } catch {
      // Lost, or closed by us.
    }
    if (stream === this.#stream) this.#end(code);
  }

  /** Until the end of the answer: the code it ends with. */
  async #read({ body, headers, status }: Response): Promise<number> {
    this.#heard ||= status === BUSY || status >= 500;
    const events = headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    if (body === null || !events) return BROKEN;
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return BROKEN;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const code = this.#take(block);
        if (code !== null) return code;
      }
    }
  }

  /** One event; its data stand in its last line. The code of the one that closes. */
  #take(block: string): number | null {
    const data = block.slice(block.lastIndexOf("\n") + 1).replace(/^(data)?: /, "");
    if (block.startsWith("event: close")) return Number(data);
    if (!this.#heard) {
      this.#heard = true;
      this.#told(true);
    }
    if (block.startsWith(":")) this.#receive(`{"t":"pong","server_time":${data}}`);
    else this.#receive(data);
    return null;
  }

  #receive(data: string): void {
    if (data.startsWith('{"t":"welcome"')) this.#account = JSON.parse(data).account ?? "";
    this.onmessage?.({ data });
  }

  /** One after the other, so that they arrive in the order they were given. */
  async #post(): Promise<void> {
    if (this.#posting) return;
    this.#posting = true;
    for (let body = this.#waiting[0]; body !== undefined; body = this.#waiting[0]) {
      const status = await this.#sent(body);
      if (this.#over) return;
      if (status >= 300 && !HOPELESS.includes(status)) return this.#end(BROKEN);
      this.#waiting = this.#waiting.slice(1);
    }
    this.#posting = false;
  }

  /** The status of the answer, whose frame was received; 599: there was none. */
  async #sent(body: string): Promise<number> {
    const headers = {
      "content-type": "application/json",
      "plenum-account": this.#account,
      ...this.#credential(),
    };
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const init = { method: "POST", headers, body, signal };
      const answer = await this.#fetch(this.#address, init);
      if (answer.ok) this.#receive(await answer.text());
      return answer.status;
    } catch {
      return 599;
    }
  }

  #credential(): Record<string, string> {
    const token = this.#hello?.token;
    return typeof token === "string" ? { authorization: `Bearer ${token}` } : {};
  }

  #end(code: number): void {
    if (this.#over) return;
    this.close();
    this.onclose?.({ code });
  }
}
