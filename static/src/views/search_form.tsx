/** A field to search with, and its button; nothing is asked before it is pressed. */

import { useId, useState } from "preact/hooks";
import { usePlace } from "./context.ts";

interface SearchFormProps {
  readonly label: string;
  /** Characters. */
  readonly longest: number;
  onSearch(asked: string): void;
}

export function SearchForm({ label, longest, onSearch }: SearchFormProps) {
  const { speech } = usePlace();
  const id = useId();
  const [text, setText] = useState("");
  return (
    <form
      class="room-search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text);
      }}
    >
      <label for={id}>{label}</label>
      <input
        id={id}
        type="search"
        maxLength={longest}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="room-button room-button--small">
        {speech.say("search")}
      </button>
    </form>
  );
}
