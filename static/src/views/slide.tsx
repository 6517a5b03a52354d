/** One page of a deck: its picture, and what stands on it for whoever does not see it. */

import { useEffect, useState } from "preact/hooks";
import type { PageWords } from "../adapters/slides.ts";
import { usePlace } from "./context.ts";

/** As much of a page's text is its picture's alternative; all of it stands below. */
const ALTERNATIVE = 250;

interface SlideProps {
  readonly deck: string;
  readonly page: number;
  readonly pages: number;
  /** Where it is only looked at, its text is not offered. */
  readonly silent?: boolean;
}

export function Slide({ deck, page, pages, silent = false }: SlideProps) {
  const { speech } = usePlace();
  const { picture, failed, fail } = usePicture(deck, page);
  const { text, closed } = useWords(deck, page);
  usePreloaded(deck, page < pages ? page + 1 : null);
  const where = speech.say("slides.page", { page, pages });
  if (closed) return <p class="room-slide__closed">{speech.say("slides.closed")}</p>;
  return (
    <>
      <figure class="room-slide">
        {failed ? (
          <p class="room-slide__failed">{speech.say("slides.no_picture")}</p>
        ) : (
          <img src={picture} alt={alternative(text) || where} onError={fail} />
        )}
        <figcaption>{where}</figcaption>
      </figure>
      {!silent && (
        <details class="room-slide__text">
          <summary>{speech.say("slides.text")}</summary>
          <p>{text || speech.say("slides.no_text")}</p>
        </details>
      )}
    </>
  );
}

function alternative(text: string): string {
  const words = text.replace(/\s+/gu, " ").trim();
  if (words.length <= ALTERNATIVE) return words;
  return `${words.slice(0, words.lastIndexOf(" ", ALTERNATIVE))} …`;
}

/** The picture of the page, and whether it cannot be had. The one before stays until then. */
function usePicture(deck: string, page: number) {
  const { slides } = usePlace();
  const [picture, show] = useState<string>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let current = true;
    setFailed(false);
    slides.picture(deck, page).then(
      (found) => current && show(found),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [deck, page]);
  useEffect(() => () => release(picture), [picture]);
  return { picture, failed, fail: () => setFailed(true) };
}

function release(picture: string | undefined): void {
  if (picture?.startsWith("blob:")) URL.revokeObjectURL(picture);
}

/** A deck that is for others stays so from page to page, without a flicker. */
function useWords(deck: string, page: number): PageWords {
  const { slides } = usePlace();
  const [words, setWords] = useState<PageWords>({ text: "", closed: false });
  useEffect(() => {
    let current = true;
    setWords(({ closed }) => ({ text: "", closed }));
    slides.words(deck, page).then((found) => current && setWords(found));
    return () => {
      current = false;
    };
  }, [deck, page]);
  return words;
}

/** Fetch the next page's picture, so that turning shows it at once. */
function usePreloaded(deck: string, page: number | null): void {
  const { slides } = usePlace();
  useEffect(() => {
    if (page === null) return;
    slides.picture(deck, page).then(
      (found) => {
        const ahead = new Image();
        ahead.src = found;
        ahead.onload = () => release(found);
      },
      () => undefined,
    );
  }, [deck, page]);
}
