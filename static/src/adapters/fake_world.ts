/** A world for tests: time that is told, wires that are held in the hand. */

import type { AnyClientFrame, AnyServerFrame } from "../protocol/generated.ts";
import type { Announcement } from "./announcer.ts";
import { memory } from "./outside.ts";
import type { Outside, Page } from "./session.ts";
import type { Detour, Wire } from "./socket.ts";

export class FakeWire implements Wire {
  readonly detour?: Detour;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: AnyClientFrame[] = [];
  closed = false;

  constructor(detour?: Detour) {
    if (detour !== undefined) this.detour = detour;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as AnyClientFrame);
  }
  close(): void {
    this.closed = true;
  }
  receive(frame: AnyServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  lose(code = 1006): void {
    this.onclose?.({ code });
  }
}

interface Timer {
  readonly at: number;
  readonly act: () => void;
}

export class FakeWorld implements Outside {
  time = 1_700_000_000_000;
  chance = 0;
  detour: Detour | undefined;
  page: Page = { messages: [], older: false };
  readonly wires: FakeWire[] = [];
  readonly said: Announcement[] = [];
  readonly keep = memory();
  readonly regions = { say: (announcement: Announcement) => void this.said.push(announcement) };
  #timers: readonly Timer[] = [];
  #ids = 0;

  get wire(): FakeWire {
    const last = this.wires.at(-1);
    if (last === undefined) throw new Error("no connection was opened");
    return last;
  }

  open(): Wire {
    const wire = new FakeWire(this.detour);
    this.wires.push(wire);
    return wire;
  }
  now(): number {
    return this.time;
  }
  random(): number {
    return this.chance;
  }
  id(): string {
    this.#ids += 1;
    return `c${this.#ids}`;
  }
  frame(act: () => void): void {
    act();
  }
  older(): Promise<Page> {
    return Promise.resolve(this.page);
  }
  later(milliseconds: number, act: () => void): () => void {
    const timer = { at: this.time + milliseconds, act };
    this.#timers = [...this.#timers, timer];
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Let time pass; everything due happens in its order. */
  pass(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.time = Math.max(this.time, next.at);
      next.act();
    }
    this.time = end;
  }
}
