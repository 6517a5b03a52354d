/** The presenter's view: current and next slide, time, question on air, what backstage says. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../adapters/session.ts";
import { aimedAt } from "../core/stage.ts";
import type { RoomCommand } from "../protocol/generated.ts";
import { Backstage } from "./backstage.tsx";
import { Banner } from "./banner.tsx";
import { useMay, usePlace } from "./context.ts";
import { Cues } from "./cues.tsx";
import { type DeckOnPage, useDecks } from "./decks.ts";
import { OnAir } from "./on_air.tsx";
import { Loading, useRoot } from "./room.tsx";
import { Slide } from "./slide.tsx";
import { STEPS, Step } from "./slides.tsx";
import { ConnectionBar, isOutside, NotHere } from "./status.tsx";
import { ToastList } from "./toasts.tsx";
import { CONFIRMS, useWaitingNote, WaitingNote } from "./waiting_note.tsx";

/** As the policy refuses the stage to a speaker of another session. */
const NOT_YET = { rule: "others_turn", next_step: "wait_for_turn" } as const;

interface Decks {
  readonly decks: readonly DeckOnPage[];
}

export function PresentView({ decks: first }: Decks) {
  const decks = useDecks(first);
  const { session, settings, title } = usePlace();
  const root = useRoot();
  const status = session.status.value.kind;
  return (
    <div ref={root} class="room" data-still={settings.still.value} data-status={status}>
      <h1 class="room__title">{title}</h1>
      <ConnectionBar />
      {isOutside(status) ? (
        <NotHere />
      ) : session.joined.value ? (
        <Presenting decks={decks} />
      ) : (
        <Loading />
      )}
      <ToastList />
    </div>
  );
}

function Presenting({ decks }: Decks) {
  return (
    <>
      <Banner />
      <div class="room-present">
        <Stage decks={decks} />
        <div class="room-present__side">
          <OnAir />
          <Backstage />
        </div>
      </div>
    </>
  );
}

function Stage({ decks }: Decks) {
  const { session, speech } = usePlace();
  const { deck, page = 1, pages = 1 } = session.room.value.stage;
  const directs = useMay()("stage.direct");
  const known = decks.find((one) => one.guid === deck);
  const region = useRef<HTMLElement>(null);
  const waiting = useWaitingNote();
  // Below what is pressed: when it comes, no button moves away under a finger.
  const message = <WaitingNote waiting={waiting} onConfirmed={() => region.current?.focus()} />;
  const aimed = (): number => (deck === undefined ? page : aimedAt(deck, page, underWay(session)));
  const go = (by: number): void => {
    const wanted = aimed() + by;
    if (!directs || deck === undefined || wanted < 1 || wanted > pages) return;
    session.give({ type: "stage.turn", deck, page: wanted });
  };
  return (
    <section
      ref={region}
      class="room-present__stage"
      aria-labelledby="h-stage"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the region takes the keys that turn pages
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.target instanceof HTMLSelectElement) return;
        const plain = !(event.ctrlKey || event.metaKey || event.altKey);
        if (plain && event.key.toLowerCase() === CONFIRMS) waiting.confirm();
        const by = STEPS[event.key];
        if (by === undefined) return;
        event.preventDefault();
        go(by);
      }}
    >
      <h2 id="h-stage">{speech.say("present.stage")}</h2>
      {directs ? <Choose decks={decks} /> : <p>{speech.why(NOT_YET)?.join(" ")}</p>}
      {deck === undefined ? (
        <>
          <p class="room-empty">
            {speech.say(directs && decks.length > 0 ? "present.nothing_yet" : "present.nothing")}
          </p>
          {message}
        </>
      ) : (
        <>
          <Time until={known?.until} />
          {directs && <Steps page={aimed()} pages={pages} onStep={go} />}
          {message}
          <div class="room-present__slides">
            <div>
              <h3>{speech.say("present.current")}</h3>
              <Slide deck={deck} page={page} pages={pages} />
            </div>
            <div class="room-present__beside">
              {known?.cues && <Cues key={known.cues} from={known.cues} page={page} />}
              <h3>{speech.say("present.coming")}</h3>
              {page < pages ? (
                <Slide deck={deck} page={page + 1} pages={pages} silent />
              ) : (
                <p class="room-empty">{speech.say("present.last")}</p>
              )}
            </div>
          </div>
        </>
      )}
    </section>
  );
}

/** What was asked of the server and is not seen in the room yet. */
function underWay(session: Session): readonly RoomCommand[] {
  const open = session.entries.value.filter(
    ({ phase }) => phase !== "refused" && phase !== "asking",
  );
  return open.map(({ command }) => command);
}

interface StepsProps {
  readonly page: number;
  readonly pages: number;
  readonly onStep: (by: number) => void;
}

function Steps({ page, pages, onStep }: StepsProps) {
  const { session, speech } = usePlace();
  return (
    <>
      <div class="room-slides__steps">
        <Step by={-1} name={speech.say("slides.previous")} last={page === 1} onStep={onStep} />
        <Step by={1} name={speech.say("slides.next")} last={page === pages} onStep={onStep} />
        <button
          type="button"
          class="room-button room-button--small room-button--plain"
          onClick={() => session.give({ type: "stage.clear" })}
        >
          {speech.say("present.clear")}
        </button>
      </div>
      <p class="room-field__hint">{speech.say("present.keys")}</p>
    </>
  );
}

function Choose({ decks }: Decks) {
  const { session, speech } = usePlace();
  const shown = session.room.value.stage.deck;
  const [wanted, choose] = useState(shown);
  // Decks come and go while the view is open.
  const { guid: chosen } = decks.find(({ guid }) => guid === wanted) ?? decks[0] ?? { guid: "" };
  // Showing it once more would throw everybody back to its first page.
  const there = chosen === shown;
  if (decks.length === 0) return <p>{speech.say("present.no_decks")}</p>;
  return (
    <form
      class="room-slides__controls"
      onSubmit={(event) => {
        event.preventDefault();
        if (!there) session.give({ type: "stage.show", deck: chosen, page: 1 });
      }}
    >
      <label class="room-select">
        <span>{speech.say("present.deck")}</span>
        <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
          {decks.map(({ guid, title }) => (
            <option key={guid} value={guid}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="room-button room-button--small" aria-disabled={there}>
        {speech.say(there ? "present.shown" : "present.show")}
      </button>
    </form>
  );
}

const MINUTE = 60_000;

/** How long the deck has been on the stage, and how long its session still lasts. */
function Time({ until }: { readonly until: number | undefined }) {
  const { session, speech } = usePlace();
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), 5_000);
    return () => clearInterval(timer);
  }, []);
  const now = session.now();
  const { since = now } = session.room.value.stage;
  const gone = Math.floor((now - since) / MINUTE);
  return (
    <p class="room-present__time">
      {speech.say("present.since", { time: speech.time(since), minutes: Math.max(0, gone) })}
      {until !== undefined && (
        <b>
          {" · "}
          {until > now
            ? speech.say("present.left", {
                minutes: Math.ceil((until - now) / MINUTE),
                time: speech.time(until),
              })
            : speech.say("present.over", { time: speech.time(until) })}
        </b>
      )}
    </p>
  );
}
