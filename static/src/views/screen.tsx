/** The big screen: the question on air, large; the next three; nothing when nothing is on. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { ranked } from "../core/questions.ts";
import { Asker } from "./author.tsx";
import { usePlace, useWakeAt } from "./context.ts";
import { isOutside, NotHere } from "./status.tsx";

const NEXT = 3;
/** A screen that hears nothing any more must not go on showing what may have been removed. */
const STALE_MS = 5_000;
/** From here on a text takes the whole width, and the next questions one line each. */
const LONG = 180;
/** How much smaller a long text is tried each time, until all of it is seen. */
const SMALLER = 0.05;
const SMALLEST = 0.3;

export function ScreenView() {
  const { session, speech } = usePlace();
  const status = session.status.value;
  const { questions, settings } = session.room.value;
  const staleAt = status.kind === "interrupted" ? status.since + STALE_MS : undefined;
  useWakeAt(staleAt, Date.now());
  const now = useFit();
  if (isOutside(status.kind)) {
    return (
      <>
        <Title />
        <NotHere />
      </>
    );
  }
  const stale = staleAt !== undefined && Date.now() >= staleAt;
  const onAir = settings.on_air === null ? undefined : questions.questions.get(settings.on_air);
  if (stale) return <h1 class="room-screen__waiting">{speech.say("screen.waiting")}</h1>;
  if (onAir === undefined) {
    return (
      <div class="room-screen" data-blank="true">
        <Title />
      </div>
    );
  }
  const isLong = onAir.text.length > LONG;
  const next = ranked(questions, ["published"], "hot").slice(0, NEXT);
  return (
    <div class="room-screen" data-long={isLong}>
      <section ref={now} class="room-screen__now" aria-labelledby="now">
        <h1 id="now">{speech.say("on_air")}</h1>
        <p class="room-screen__text">{onAir.text}</p>
        <p class="room-screen__from">
          <Asker question={onAir} />
        </p>
      </section>
      {next.length > 0 && (
        <section class="room-screen__next" aria-labelledby="next">
          <h2 id="next">{speech.say("screen.next")}</h2>
          <ol>
            {next.map((question) => (
              <li key={question.id}>{question.text}</li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

/** Makes the text as large as the window allows: measured, since letters differ in width. */
function useFit() {
  const now = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const fit = (): void => {
      const element = now.current;
      if (element === null) return;
      let scale = 1;
      const fits = (): boolean => {
        element.style.setProperty("--fit", scale.toFixed(2));
        return element.scrollHeight <= element.clientHeight;
      };
      while (!fits() && scale > SMALLEST) scale -= SMALLER;
    };
    fit();
    addEventListener("resize", fit);
    void document.fonts.ready.then(fit);
    return () => removeEventListener("resize", fit);
  });
  return now;
}

/** A page without anything to see has a name all the same. */
function Title() {
  const { speech } = usePlace();
  return <h1 class="room-hidden">{speech.say("screen.title")}</h1>;
}
