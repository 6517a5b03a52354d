/** Nothing moves under a finger: what would move the picture waits until a press is over. */

import type { World } from "./socket.ts";

/** A press that never ends (the button was let go outside of the window) holds nothing up. */
const LONGEST_MS = 1_000;
/** On touch the click comes some time after the finger left. */
const CLICK_MS = 100;

export class Press {
  readonly #later: World["later"];
  #waiting: readonly (() => void)[] = [];
  /** Ends the present press; null: nobody presses. */
  #cancel: (() => void) | null = null;

  constructor(page: EventTarget, later: World["later"]) {
    this.#later = later;
    const watch = (name: string, act: () => void): void =>
      page.addEventListener(name, act, { capture: true, passive: true });
    watch("pointerdown", () => this.#endIn(LONGEST_MS));
    watch("pointerup", () => this.#endIn(CLICK_MS));
    watch("pointercancel", () => this.#endIn(0));
    // Not yet: what was pressed hears of its click after this.
    watch("click", () => this.#endIn(0));
  }

  /** Act now, or as soon as the present press is over. */
  after(act: () => void): void {
    if (this.#cancel === null) act();
    else this.#waiting = [...this.#waiting, act];
  }

  #endIn(milliseconds: number): void {
    this.#cancel?.();
    this.#cancel = this.#later(milliseconds, () => {
      this.#cancel = null;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const act of waiting) act();
    });
  }
}
