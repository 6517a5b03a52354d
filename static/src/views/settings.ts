/** What a person chose for this browser; remembered. */

import { effect, type Signal, signal } from "@preact/signals";
import { LEVELS, type Level } from "../adapters/announcer.ts";
import type { Keep } from "../adapters/written.ts";

export interface Settings {
  readonly level: Signal<Level>;
  /** No movement at all, also where the system allows it (A8). */
  readonly still: Signal<boolean>;
  /** Single-key shortcuts on the desk. */
  readonly shortcuts: Signal<boolean>;
}

export function rememberedSettings(keep: Keep): Settings {
  const level = LEVELS.find((known) => known === keep.getItem("plenum.level")) ?? "summary";
  const settings = {
    level: signal<Level>(level),
    still: signal(keep.getItem("plenum.still") === "yes"),
    shortcuts: signal(keep.getItem("plenum.shortcuts") !== "no"),
  };
  effect(() => write(keep, "plenum.level", settings.level.value));
  effect(() => write(keep, "plenum.still", settings.still.value ? "yes" : "no"));
  effect(() => write(keep, "plenum.shortcuts", settings.shortcuts.value ? "yes" : "no"));
  return settings;
}

function write(keep: Keep, key: string, value: string): void {
  try {
    keep.setItem(key, value);
  } catch {
    // Full or forbidden: the choice holds until the tab closes.
  }
}
