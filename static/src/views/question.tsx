/** One question as the audience sees it: an article, its votes in the heading, one vote button (A6). */

import type { Entry } from "../adapters/outbox.ts";
import { votes } from "../core/questions.ts";
import type { Room } from "../core/room.ts";
import type { QuestionView } from "../protocol/generated.ts";
import { Asker } from "./author.tsx";
import { useMay, usePlace } from "./context.ts";
import { Linked } from "./linked.tsx";
import type { Speech } from "./texts.ts";

/** What I want the vote to be: an unanswered click counts already. */
export function myVote(room: Room, entries: readonly Entry[], question: string): boolean {
  const wanted = entries.findLast(
    ({ command, phase }) =>
      command.type === "question.vote" && command.question === question && phase !== "refused",
  );
  if (wanted?.command.type === "question.vote") return wanted.command.value;
  return room.mine.votes.get(question)?.value ?? false;
}

export function heading(question: QuestionView, count: number, speech: Speech): string {
  const parts = [
    question.number === undefined ? "" : speech.say("question.number", { n: question.number }),
    question.state === "pending" ? "" : speech.count("question.votes", count),
    question.state === "published" ? "" : speech.say(`question.state.${question.state}`),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

export function Question({ question }: { question: QuestionView }) {
  const { session, speech } = usePlace();
  const room = session.room.value;
  const count = votes(room.questions, question.id);
  return (
    <li data-id={question.id} class="room-questions__item">
      <article
        class="room-question"
        data-state={question.state}
        aria-labelledby={`q-${question.id}`}
      >
        <Vote question={question} count={count} />
        <div class="room-question__body">
          <h3 id={`q-${question.id}`} class="room-question__head">
            {heading(question, count, speech)}
          </h3>
          <p class="room-question__text">
            <Linked text={question.text} />
          </p>
          <p class="room-question__from">
            <Asker question={question} />
          </p>
        </div>
      </article>
    </li>
  );
}

function Vote({ question, count }: { question: QuestionView; count: number }) {
  const { session, speech } = usePlace();
  const may = useMay();
  const room = session.room.value;
  const open = room.settings.window === "open" || room.settings.window === "vote_only";
  const votable = question.state === "published" || question.state === "on_air";
  const own = room.mine.questions.has(question.id);
  const offered = may("question.vote") && open && votable && !own;
  const voted = myVote(room, session.entries.value, question.id);
  return (
    <div class="room-vote">
      {offered && (
        <button
          type="button"
          class="room-vote__button"
          aria-pressed={voted}
          aria-label={speech.say("question.vote")}
          title={speech.say("question.vote")}
          onClick={() =>
            session.give({ type: "question.vote", question: question.id, value: !voted })
          }
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 5l8 12H4z" />
          </svg>
        </button>
      )}
      {/* The heading says the number too, so that it is read once. */}
      <p aria-hidden="true">
        <b>{count}</b> {speech.count("question.votes.unit", count)}
      </p>
    </div>
  );
}
