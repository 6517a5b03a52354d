/** The browser as the session needs it. */

import { EventWire } from "./events.ts";
import { freshId } from "./ids.ts";
import { liveRegions } from "./live_regions.ts";
import { Press } from "./press.ts";
import type { Outside, Page } from "./session.ts";
import type { Wire } from "./socket.ts";
import { Transports } from "./transports.ts";
import type { Keep } from "./written.ts";

/** A proxy that swallows the handshake must not be waited for longer. */
const HANDSHAKE_MS = 10_000;

export function browser(): Outside & { readonly press: Press } {
  const later = (milliseconds: number, act: () => void): (() => void) => {
    const timer = setTimeout(act, milliseconds);
    return () => clearTimeout(timer);
  };
  const press = new Press(document, later);
  const transports = new Transports({
    kept: passing(),
    now: () => Date.now(),
    socket: openSocket,
    events: (detour, told) => new EventWire((...asked) => fetch(...asked), detour, told),
    reachable,
  });
  return {
    open: () => transports.open(),
    now: () => Date.now(),
    random: () => Math.random(),
    later,
    press,
    frame: (act) => {
      // A hidden page draws no pictures, but goes on listening.
      if (document.hidden) act();
      else requestAnimationFrame(() => press.after(act));
    },
    keep: lasting(),
    regions: liveRegions(document),
    id: freshId,
    older: readOlder,
  };
}

function openSocket(told: (opened: boolean) => void): Wire {
  const address = new URL("/ws", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address.href);
  const waiting = setTimeout(() => socket.close(), HANDSHAKE_MS);
  let opened = false;
  socket.addEventListener("open", () => {
    opened = true;
    clearTimeout(waiting);
    told(true);
  });
  socket.addEventListener("close", () => {
    clearTimeout(waiting);
    if (!opened) told(false);
  });
  return socket as Wire;
}

async function reachable(): Promise<boolean> {
  try {
    return (await fetch("/healthz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

async function readOlder(room: string, before: number): Promise<Page> {
  const address = `/api/v1/rooms/${encodeURIComponent(room)}/messages?before=${before}`;
  const response = await fetch(address, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`older messages: ${response.status}`);
  return (await response.json()) as Page;
}

/** What survives the tab. Where the browser forbids it, the tab's own memory. */
export function lasting(): Keep {
  return available(() => localStorage);
}

/** What lives as long as the tab: drafts. */
export function passing(): Keep {
  return available(() => sessionStorage);
}

function available(storage: () => Storage): Keep {
  try {
    const found = storage();
    found.getItem("plenum");
    return found;
  } catch {
    return memory();
  }
}

export function memory(): Keep {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}
