/** A text field with its counter and the reason why its text was not taken. */

import type { Ref } from "preact";
import { useId } from "preact/hooks";
import { length } from "../core/text.ts";
import { usePlace } from "./context.ts";

/** From this share of the limit on the counter is shown. */
const NEAR = 0.8;

export interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** The label is heard, and seen as the field's placeholder. */
  readonly compact?: boolean;
  readonly text: string;
  readonly limit: number;
  readonly error: string | null;
  readonly rows?: number;
  readonly field: Ref<HTMLTextAreaElement>;
  /** Enter sends, Shift+Enter begins a new line. */
  readonly sendsOnEnter?: boolean;
  onText(text: string): void;
  onSend(): void;
}

export function Field(props: FieldProps) {
  const { speech } = usePlace();
  const id = useId();
  const used = length(props.text);
  const near = used >= props.limit * NEAR;
  const described = [props.hint && `${id}-hint`, `${id}-count`, props.error && `${id}-error`];
  return (
    <div class="room-field">
      <label for={id} class={props.compact ? "room-hidden" : "room-field__label"}>
        {props.label}
      </label>
      {props.hint && (
        <p id={`${id}-hint`} class="room-field__hint">
          {props.hint}
        </p>
      )}
      <textarea
        id={id}
        ref={props.field}
        rows={props.rows ?? 2}
        value={props.text}
        placeholder={props.compact ? props.label : undefined}
        aria-invalid={props.error !== null || used > props.limit}
        aria-describedby={described.filter(Boolean).join(" ")}
        onInput={(event) => props.onText(event.currentTarget.value)}
        onKeyDown={(event) => {
          const sends = props.sendsOnEnter && event.key === "Enter" && !event.shiftKey;
          if (!sends || event.isComposing) return;
          event.preventDefault();
          props.onSend();
        }}
      />
      <p id={`${id}-count`} class="room-field__count" data-over={used > props.limit}>
        {near ? speech.say("field.count", { used, limit: props.limit }) : ""}
      </p>
      {props.error && (
        <p id={`${id}-error`} class="room-field__error">
          {props.error}
        </p>
      )}
    </div>
  );
}
