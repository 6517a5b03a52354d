/** Search in the slides: which of them say these words. Only for whoever turns pages oneself. */

import { useRef, useState } from "preact/hooks";
import { type FoundPage, SEARCH_LONGEST } from "../adapters/slides.ts";
import { usePlace } from "./context.ts";
import { SearchForm } from "./search_form.tsx";

interface SlideSearchProps {
  readonly deck: string;
  onTurn(page: number): void;
}

interface Found {
  readonly asked: string;
  /** `null`: could not be asked now. */
  readonly pages: readonly FoundPage[] | null;
}

export function SlideSearch({ deck, onTurn }: SlideSearchProps) {
  const { slides, speech } = usePlace();
  const [found, setFound] = useState<Found | null>(null);
  const newest = useRef(0);
  const search = async (asked: string): Promise<void> => {
    newest.current += 1;
    const turn = newest.current;
    const pages = asked === "" ? [] : await slides.search(deck, asked).catch(() => null);
    if (turn === newest.current) setFound(asked === "" ? null : { asked, pages });
  };
  return (
    <search>
      <SearchForm
        label={speech.say("slides.search")}
        longest={SEARCH_LONGEST}
        onSearch={(text) => void search(text.trim())}
      />
      <p role="status" class="room-field__hint">
        {found === null
          ? ""
          : found.pages === null
            ? speech.say("slides.search_failed")
            : speech.count("slides.found", found.pages.length, { asked: found.asked })}
      </p>
      {found?.pages && found.pages.length > 0 && (
        <ol class="room-slides__found">
          {found.pages.map(({ page, excerpt }) => (
            <li key={page}>
              <button type="button" onClick={() => onTurn(page)}>
                <b>{speech.say("slides.number", { page })}</b> {excerpt}
              </button>
            </li>
          ))}
        </ol>
      )}
    </search>
  );
}
