/** A dialog: labelled, Esc closes, focus returns to where it was. A sheet on phones. */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  onClose(): void;
  /** It is gone, and the focus is back. */
  onLeft?(): void;
}

export function Dialog({ title, children, onClose, onLeft }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const left = useRef(onLeft);
  left.current = onLeft;
  // With the drawing, not after it: a key pressed at once already belongs to the dialog.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close(); // as long as it is open, nothing outside it takes the focus
      if (before instanceof HTMLElement) before.focus();
      left.current?.();
    };
  }, []);
  return (
    <dialog ref={dialog} class="room-dialog" aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
