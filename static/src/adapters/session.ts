/**
 * One person in one room: joins socket, fold, outbox and announcer, and offers the result as
 * signals. Views read the signals and call the intents; they never see a socket.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import { prepend, trim } from "../core/chat.ts";
import { type Happened, happened } from "../core/news.ts";
import { continues, EMPTY, type Folded, fold, type Room, voted } from "../core/room.ts";
import type {
  Ack,
  AnyServerFrame,
  MessageView,
  RoomCommand,
  Welcome,
} from "../protocol/generated.ts";
import { Announcer, type Counted, type Level, type News } from "./announcer.ts";
import type { LiveRegions } from "./live_regions.ts";
import { type Entry, Outbox } from "./outbox.ts";
import { type Detour, Socket, type Status, type Target, type World } from "./socket.ts";
import type { Keep } from "./written.ts";

export interface Outside extends World {
  readonly keep: Keep;
  readonly regions: LiveRegions;
  id(at: number): string;
  /** Call back before the next picture (or soon, when the page is hidden). */
  frame(act: () => void): void;
  /** Older messages of the room; rejects when they cannot be had now. */
  older(room: string, before: number): Promise<Page>;
}

export interface Page {
  readonly messages: readonly MessageView[];
  readonly older: boolean;
}

/** How news become sentences, and what else wants to know of answers. */
export interface Ears {
  readonly counted: Counted;
  /** Null: not worth saying. */
  spoken(news: Happened): News | null;
  lost(): string;
  restored(): string;
  /** No direct connection passes here, but everything arrives. */
  detour(): string;
  /** A command got its final answer. True: the entry has been dealt with and can go. */
  answered(entry: Entry, ack: Ack): boolean;
  /** The programme was released anew; what changed must be asked for. */
  released(): void;
}

/** At most ten renders a second (client page, §2). */
const RENDER_MS = 100;
const LOST_MS = 10_000;
const TICK_MS = 1_000;
/** What a page left open all day holds of the chat. */
const KEEP = 3_000;

export class Session {
  readonly #outside: Outside;
  readonly #ears: Ears;
  readonly #socket: Socket;
  readonly #roomId: string;
  readonly #announcer: Announcer;
  readonly #room = signal<Room>(EMPTY);
  readonly #status = signal<Status>({ kind: "connecting" });
  readonly #entries = signal<readonly Entry[]>([]);
  readonly #account = signal<string | null>(null);
  readonly #joined = signal(false);
  readonly #may = signal<ReadonlySet<string>>(new Set());
  #folded: Room = EMPTY;
  #outbox: Outbox | null = null;
  #offset = 0;
  #rendered = 0;
  #scheduled = false;
  #silent = true;
  #lostSaid = false;
  #detourSaid = false;
  #cancelLost = (): void => {};
  #cancelSay = (): void => {};

  constructor(outside: Outside, target: Target, ears: Ears, level: Level) {
    this.#outside = outside;
    this.#ears = ears;
    this.#roomId = target.room;
    this.#announcer = new Announcer(level, ears.counted);
    const listener = {
      status: (status: Status) => this.#statusChanged(status),
      welcome: (frame: Welcome) => this.#welcomed(frame),
      frame: (frame: AnyServerFrame) => this.#received(frame),
    };
    this.#socket = new Socket(outside, target, listener, () => this.#folded.at);
  }

  get room(): ReadonlySignal<Room> {
    return this.#room;
  }
  get status(): ReadonlySignal<Status> {
    return this.#status;
  }
  /** Commands without a final place: waiting, sent, to be asked about, refused. */
  get entries(): ReadonlySignal<readonly Entry[]> {
    return this.#entries;
  }
  get account(): ReadonlySignal<string | null> {
    return this.#account;
  }
  /** Apart from the room, so that what only depends on rights rests while the room changes. */
  get may(): ReadonlySignal<ReadonlySet<string>> {
    return this.#may;
  }
  /** A first state has arrived. */
  get joined(): ReadonlySignal<boolean> {
    return this.#joined;
  }

  /** The server's clock, as far as we know it. */
  now(): number {
    return this.#outside.now() + this.#offset;
  }

  start(): void {
    this.#socket.start();
    this.#tick();
  }

  stop(): void {
    this.#socket.stop();
  }

  hurry(): void {
    this.#socket.hurry();
  }

  setLevel(level: Level): void {
    this.#announcer.level = level;
  }

  say(news: News): void {
    for (const announcement of this.#announcer.hear(news, this.#outside.now())) {
      this.#outside.regions.say(announcement);
    }
    this.#scheduleSaying();
  }

  /** Give a command. Null: too much is waiting already, nothing was taken. */
  give(command: RoomCommand): string | null {
    const now = this.now();
    const id = this.#outside.id(now);
    if (this.#outbox === null || !this.#outbox.add(id, command, now)) return null;
    this.#flush();
    return id;
  }

  confirm(id: string): void {
    this.#outbox?.confirm(id, this.now());
    this.#flush();
  }

  discard(id: string): void {
    this.#outbox?.discard(id);
    this.#showEntries();
  }

  async loadOlder(): Promise<void> {
    const before = this.#folded.chat.messages[0]?.order;
    if (before === undefined) return;
    const page = await this.#outside.older(this.#roomId, before);
    const chat = prepend(this.#folded.chat, page.messages, page.older);
    this.#folded = { ...this.#folded, chat };
    this.#render();
  }

  #welcomed(frame: Welcome): void {
    this.#offset = frame.server_time - this.#outside.now();
    if (frame.account === this.#account.value && this.#outbox !== null) return;
    this.#account.value = frame.account;
    this.#outbox =
      frame.account === null ? null : new Outbox(this.#outside.keep, frame.account, this.#roomId);
  }

  #received(frame: AnyServerFrame): void {
    switch (frame.t) {
      case "joined":
        if (frame.snapshot !== undefined) this.#silent = true;
        this.#fold(frame);
        return;
      case "events":
        if (continues(this.#folded, frame)) this.#fold(frame);
        else this.#socket.rejoin();
        return;
      case "gauges":
      case "me":
        this.#fold(frame);
        return;
      case "ack":
        this.#answered(frame);
        return;
      case "agenda":
        this.#ears.released();
        return;
      case "pong":
        this.#offset = frame.server_time - this.#outside.now();
        return;
      default:
        return;
    }
  }

  #fold(frame: Folded): void {
    const folded = fold(this.#folded, frame);
    this.#folded = { ...folded, chat: trim(folded.chat, KEEP) };
    this.#schedule();
  }

  #answered(ack: Ack): void {
    const entry = this.#outbox?.answered(ack, this.now());
    if (entry === undefined) return;
    const { command } = entry;
    const { my_vote: value, score } = ack.done ?? {};
    if (command.type === "question.vote" && value !== undefined) {
      this.#folded = voted(this.#folded, command.question, value, score);
    }
    const final = entry.phase === "done" || entry.phase === "refused";
    if (final && this.#ears.answered(entry, ack)) this.#outbox?.discard(entry.id);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const wait = Math.max(0, this.#rendered + RENDER_MS - this.#outside.now());
    this.#outside.later(wait, () => this.#outside.frame(() => this.#render()));
  }

  #render(): void {
    this.#scheduled = false;
    this.#rendered = this.#outside.now();
    const before = this.#room.value;
    const after = this.#folded;
    this.#outbox?.settle((entry) => isShown(entry, after));
    this.#showEntries();
    this.#room.value = after;
    this.#may.value = after.may;
    this.#joined.value = this.#joined.value || after.at !== null;
    if (!this.#silent) this.#tell(happened(before, after, this.#account.value));
    this.#silent = false;
  }

  #tell(news: readonly Happened[]): void {
    for (const item of news) {
      const spoken = this.#ears.spoken(item);
      if (spoken !== null) this.say(spoken);
    }
  }

  #scheduleSaying(): void {
    const next = this.#announcer.nextAt();
    if (next === null) return;
    this.#cancelSay();
    const wait = Math.max(0, next - this.#outside.now());
    this.#cancelSay = this.#outside.later(wait, () => {
      for (const announcement of this.#announcer.due(this.#outside.now())) {
        this.#outside.regions.say(announcement);
      }
    });
  }

  #statusChanged(status: Status): void {
    this.#status.value = status;
    if (status.kind === "live") {
      this.#outbox?.connected(this.now());
      this.#cancelLost();
      if (this.#lostSaid) this.say({ kind: "urgent", text: this.#ears.restored() });
      this.#lostSaid = false;
      this.#tellDetour(status.detour);
    } else {
      this.#outbox?.disconnected();
    }
    if (status.kind === "interrupted" && !this.#lostSaid) this.#expectLoss(status.since);
    this.#flush();
  }

  /** Once: it changes nothing that anybody could do. */
  #tellDetour(detour: Detour | undefined): void {
    if (detour !== "found" || this.#detourSaid) return;
    this.#detourSaid = true;
    this.say({ kind: "personal", text: this.#ears.detour() });
  }

  #expectLoss(since: number): void {
    this.#cancelLost();
    this.#cancelLost = this.#outside.later(since + LOST_MS - this.#outside.now(), () => {
      this.#lostSaid = true;
      this.say({ kind: "urgent", text: this.#ears.lost() });
    });
  }

  #tick(): void {
    if (this.#status.value.kind === "live") this.#flush();
    this.#outside.later(TICK_MS, () => this.#tick());
  }

  /** Send what is due. */
  #flush(): void {
    if (this.#outbox !== null && this.#status.value.kind === "live") {
      for (const { id, command } of this.#outbox.due(this.now())) {
        this.#socket.send({ t: "do", id, command });
      }
    }
    this.#showEntries();
  }

  #showEntries(): void {
    const entries = this.#outbox?.entries ?? [];
    if (entries !== this.#entries.value) this.#entries.value = entries;
  }
}

/** The history shows what the command did: by its object, or by its number. */
function isShown(entry: Entry, room: Room): boolean {
  if (entry.command.type === "question.ask") return true;
  if (entry.n === undefined) return true;
  return (room.at?.n ?? 0) >= entry.n;
}
