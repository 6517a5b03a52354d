/**
 * Short notices. Never the only carrier: each is also in the list "Meldungen" until it is cleared.
 * They stay at least ten seconds, wait while pointed at or focused, and are at most three.
 */

import { type Signal, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { usePlace } from "./context.ts";

export interface Notice {
  readonly id: number;
  readonly tone: "info" | "error";
  readonly text: string;
  readonly at: number;
  readonly action?: { readonly label: string; readonly act: () => void };
}

const MOST = 3;
const REMEMBERED = 30;
const SHOWN_MS = 12_000;

export class Toasts {
  readonly shown: Signal<readonly Notice[]> = signal([]);
  readonly all: Signal<readonly Notice[]> = signal([]);
  #next = 1;

  add(notice: Omit<Notice, "id" | "at">): void {
    const full = { ...notice, id: this.#next++, at: Date.now() };
    this.shown.value = [...this.shown.value, full].slice(-MOST);
    this.all.value = [full, ...this.all.value].slice(0, REMEMBERED);
  }

  dismiss(id: number): void {
    this.shown.value = this.shown.value.filter((notice) => notice.id !== id);
  }

  clear(): void {
    this.all.value = [];
  }
}

export function ToastList() {
  const { toasts, speech } = usePlace();
  const [held, setHeld] = useState(false);
  const shown = toasts.shown.value;
  return (
    <section
      class="room-toasts"
      aria-label={speech.say("notices")}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      {shown.map((notice) => (
        <Toast key={notice.id} notice={notice} held={held} />
      ))}
    </section>
  );
}

function Toast({ notice, held }: { notice: Notice; held: boolean }) {
  const { toasts, speech } = usePlace();
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => toasts.dismiss(notice.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, notice.id]);
  return (
    <div class={`room-toast room-toast--${notice.tone}`}>
      <p>{notice.text}</p>
      <div class="room-toast__actions">
        {notice.action && (
          <button
            type="button"
            class="room-button room-button--small"
            onClick={() => {
              toasts.dismiss(notice.id);
              notice.action?.act();
            }}
          >
            {notice.action.label}
          </button>
        )}
        <button
          type="button"
          class="room-icon-button"
          aria-label={speech.say("notice.dismiss")}
          onClick={() => toasts.dismiss(notice.id)}
        >
          ✕
        </button>
      </div>
    </div>
  );
}
