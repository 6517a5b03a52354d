/** A long text shows its beginning and a button for the rest: nothing scrolls inside of it. */

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { usePlace } from "./context.ts";
import { Linked } from "./linked.tsx";

interface ClampedProps {
  readonly text: string;
  readonly class: string;
}

export function Clamped({ text, class: name }: ClampedProps) {
  const { speech } = usePlace();
  const id = useId();
  const words = useRef<HTMLParagraphElement>(null);
  const [open, setOpen] = useState(false);
  const cut = useCut(words, open, text);
  return (
    <div class="room-clamped">
      {/* A link in the hidden part shows itself when it gets the focus. */}
      <p
        ref={words}
        id={id}
        class={name}
        data-clamped={!open}
        onFocusIn={(event) => setOpen(open || event.currentTarget.scrollTop > 0)}
      >
        <Linked text={text} />
      </p>
      {(cut || open) && (
        <button
          type="button"
          class="room-clamped__button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          {speech.say(open ? "clamped.less" : "clamped.more")}
        </button>
      )}
    </div>
  );
}

/** Whether the closed text has more lines than it shows; asked again when its width changes. */
function useCut(words: { readonly current: HTMLElement | null }, open: boolean, text: string) {
  const [cut, setCut] = useState(false);
  useLayoutEffect(() => {
    const element = words.current;
    if (element === null || open) return;
    const measure = (): void => setCut(element.scrollHeight > element.clientHeight + 1);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [open, text]);
  return cut;
}
