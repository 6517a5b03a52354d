/** What a person chose for this browser; remembered. */

import { effect, type Signal, signal } from "@preact/signals";
import { LEVELS, type Level } from "../adapters/announcer.ts";
import type { Keep } from "../adapters/written.ts";

export interface Settings {
  readonly level: Signal<Level>;
  /** No movement at all, also where the system allows it (A8). */
  readonly still: Signal<boolean>;
  /** Say which page the stage turned to. */
  readonly pages: Signal<boolean>;
  /** Single-key shortcuts on the desk. */
  readonly shortcuts: Signal<boolean>;
}

export function rememberedSettings(keep: Keep): Settings {
  const level = LEVELS.find((known) => known === keep.getItem("plenum.level")) ?? "summary";
  const settings = {
    level: signal<Level>(level),
    still: signal(keep.getItem("plenum.still") === "yes"),
    pages: signal(keep.getItem("plenum.pages") === "yes"),
    shortcuts: signal(keep.getItem("plenum.shortcuts") !== "no"),
  };
  remember(keep, "plenum.level", () => settings.level.value);
  remember(keep, "plenum.still", () => (settings.still.value ? "yes" : "no"));
  remember(keep, "plenum.pages", () => (settings.pages.value ? "yes" : "no"));
  remember(keep, "plenum.shortcuts", () => (settings.shortcuts.value ? "yes" : "no"));
  return settings;
}

/** Only what somebody changed by hand is kept (G8): not what stood there from the start. */
function remember(keep: Keep, key: string, read: () => string): void {
  let before = read();
  effect(() => {
    const value = read();
    if (value !== before) write(keep, key, value);
    before = value;
  });
}

function write(keep: Keep, key: string, value: string): void {
  try {
    keep.setItem(key, value);
  } catch {
    // Full or forbidden: the choice holds until the tab closes.
  }
}
