/** The stage in the room: follow the talk, or turn the pages oneself. */

import { useEffect, useRef, useState } from "preact/hooks";
import { usePlace } from "./context.ts";
import { Slide } from "./slide.tsx";
import { SlideSearch } from "./slide_search.tsx";

export function Slides() {
  const { session } = usePlace();
  const { deck } = session.room.value.stage;
  // Another deck begins anew: whoever turned pages in the one before follows again.
  return deck === undefined ? null : <Deck key={deck} deck={deck} />;
}

function Deck({ deck }: { readonly deck: string }) {
  const { session, speech } = usePlace();
  const { page: shown = 1, pages = 1 } = session.room.value.stage;
  const [own, turn] = useState<number | null>(null);
  const page = own ?? shown;
  usePageSaid(own === null ? page : null, pages);
  const go = (by: number): void => turn(Math.min(pages, Math.max(1, page + by)));
  return (
    <section
      class="room-slides"
      aria-labelledby="h-slides"
      onKeyDown={(event) => {
        const by = own === null ? undefined : STEPS[event.key];
        // In a field the arrows belong to the words.
        if (by === undefined || event.target instanceof HTMLInputElement) return;
        event.preventDefault();
        go(by);
      }}
    >
      <h2 id="h-slides" class="room-hidden">
        {speech.say("slides")}
      </h2>
      <Slide deck={deck} page={page} pages={pages} />
      <Leafing page={page} pages={pages} own={own !== null} onTurn={turn} onStep={go} />
      {own !== null && <SlideSearch deck={deck} onTurn={turn} />}
    </section>
  );
}

/** Keys that turn pages, while the slides have the focus. */
export const STEPS: Readonly<Record<string, number>> = {
  PageUp: -1,
  ArrowLeft: -1,
  PageDown: 1,
  ArrowRight: 1,
};

interface LeafingProps {
  readonly page: number;
  readonly pages: number;
  readonly own: boolean;
  onTurn(page: number | null): void;
  onStep(by: number): void;
}

function Leafing({ page, pages, own, onTurn, onStep }: LeafingProps) {
  const { speech } = usePlace();
  return (
    <div class="room-slides__controls">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would say "group" of form fields */}
      <div role="group" aria-label={speech.say("slides.mode")} class="room-slides__mode">
        <button type="button" aria-pressed={!own} onClick={() => onTurn(null)}>
          {speech.say("slides.follow")}
        </button>
        <button type="button" aria-pressed={own} onClick={() => onTurn(page)}>
          {speech.say("slides.alone")}
        </button>
      </div>
      {own && (
        <div class="room-slides__steps">
          <Step by={-1} name={speech.say("slides.previous")} last={page === 1} onStep={onStep} />
          <Step by={1} name={speech.say("slides.next")} last={page === pages} onStep={onStep} />
        </div>
      )}
    </div>
  );
}

interface StepProps {
  readonly by: 1 | -1;
  readonly name: string;
  readonly last: boolean;
  onStep(by: number): void;
}

/** Not disabled at the end: whoever presses it there would lose the focus. */
export function Step({ by, name, last, onStep }: StepProps) {
  return (
    <button
      type="button"
      class="room-button room-button--small room-button--plain"
      aria-label={name}
      aria-disabled={last}
      onClick={() => !last && onStep(by)}
    >
      {by < 0 ? `‹ ${name}` : `${name} ›`}
    </button>
  );
}

/** Say which page the talk turned to, for whoever asked for it. */
function usePageSaid(page: number | null, pages: number): void {
  const { session, settings, speech } = usePlace();
  const before = useRef(page);
  useEffect(() => {
    const turned = page !== null && before.current !== null && page !== before.current;
    before.current = page;
    if (!turned || !settings.pages.value) return;
    session.say({ kind: "personal", text: speech.say("announce.page", { page, pages }) });
  }, [page]);
}
