/** One question on the desk, with its acts as buttons; the list's keys press the same buttons. */

import { votes } from "../core/questions.ts";
import type { QuestionView } from "../protocol/generated.ts";
import { Asker, hasAsker } from "./author.tsx";
import { Clamped } from "./clamped.tsx";
import { useMay, usePlace } from "./context.ts";
import { actsOn } from "./desk_acts.ts";
import { Linked } from "./linked.tsx";
import { focusNeighbour } from "./list.ts";
import { useMeasure } from "./measures.tsx";

interface ItemProps {
  readonly question: QuestionView;
  readonly current: boolean;
  /** Handled by a colleague a moment ago: greyed, with the name. */
  readonly doneBy?: string | undefined;
  onDismiss(question: QuestionView): void;
}

export function DeskItem({ question, current, doneBy, onDismiss }: ItemProps) {
  const { session, settings, speech } = usePlace();
  const may = useMay();
  const measure = useMeasure();
  const room = session.room.value;
  const acts = doneBy === undefined ? actsOn(question, room.settings.on_air, may) : [];
  const count = votes(room.questions, question.id);
  const said =
    question.number === undefined
      ? ""
      : `${speech.say("question.number", { n: question.number })} · ${speech.count("question.votes", count)}`;
  const { author } = question;
  const busy = session.entries.value.some(
    ({ command, phase }) =>
      "question" in command && command.question === question.id && phase !== "refused",
  );
  return (
    <li
      class="room-item"
      data-id={question.id}
      data-state={question.state}
      data-done={doneBy !== undefined}
      aria-busy={busy}
      tabIndex={current ? 0 : -1}
    >
      <p class="room-question__head">
        {said !== "" && `${said} · `}
        <Asker question={question} />
        {hasAsker(question) && " · "}
        {speech.time(question.at)}
      </p>
      {question.state === "on_air" ? (
        <Clamped class="room-question__text" text={question.text} />
      ) : (
        <p class="room-question__text">
          <Linked text={question.text} />
        </p>
      )}
      {question.state === "dismissed" && question.reason && (
        <p class="room-question__from">{speech.say("reason", { reason: question.reason })}</p>
      )}
      {doneBy !== undefined && <p class="room-item__done">{doneBy}</p>}
      <div class="room-actions">
        {acts.map(({ label, key, main, command }) => (
          <button
            type="button"
            key={label}
            data-key={key}
            class={`room-button room-button--small${main ? "" : " room-button--plain"}`}
            aria-keyshortcuts={settings.shortcuts.value ? key : undefined}
            onClick={(event) => {
              const row = event.currentTarget.closest("li");
              if (command === undefined) return onDismiss(question);
              if (session.give(command) !== null && row !== null) focusNeighbour(row);
            }}
          >
            {speech.say(label)}
          </button>
        ))}
        {may("person.sanction") && author !== undefined && (
          <button
            type="button"
            class="room-button room-button--small room-button--plain"
            aria-label={speech.say("measure.mute", { name: author.name })}
            onClick={() => measure("mute", { id: question.id, author })}
          >
            {speech.say("measure.mute.do")}
          </button>
        )}
      </div>
    </li>
  );
}
