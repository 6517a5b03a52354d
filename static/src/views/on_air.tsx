/** What is being answered now: the first thing everybody looks for. */

import { votes } from "../core/questions.ts";
import { Asker, hasAsker } from "./author.tsx";
import { Clamped } from "./clamped.tsx";
import { usePlace } from "./context.ts";
import { heading } from "./question.tsx";

export function OnAir() {
  const { session, speech } = usePlace();
  const { questions, settings } = session.room.value;
  const question = settings.on_air === null ? undefined : questions.questions.get(settings.on_air);
  return (
    <section class="room-on-air" aria-labelledby="on-air" data-empty={question === undefined}>
      <h2 id="on-air" class="room-on-air__title">
        {speech.say(question === undefined ? "on_air.none" : "on_air")}
      </h2>
      {question && (
        <>
          <Clamped key={question.id} class="room-on-air__text" text={question.text} />
          <p class="room-on-air__from">
            {heading({ ...question, state: "published" }, votes(questions, question.id), speech)}
            {hasAsker(question) && " · "}
            <Asker question={question} />
          </p>
        </>
      )}
    </section>
  );
}
