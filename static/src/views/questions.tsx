/** The questions of a room, in an order that never moves under the reader (B2.8, A6). */

import { useEffect, useRef, useState } from "preact/hooks";
import { held } from "../core/order.ts";
import { ranked, type Sort } from "../core/questions.ts";
import type { OwnQuestion } from "../protocol/generated.ts";
import { Ask } from "./ask.tsx";
import { useMay, usePlace } from "./context.ts";
import { Question } from "./question.tsx";

const OPEN = ["published", "on_air"] as const;
const ANSWERED = ["answered"] as const;
const SORTS = ["hot", "top", "new"] as const;
/** Nobody reading in it: votes may move the list this often. */
const RESORT_MS = 10_000;

interface QuestionsProps {
  readonly headingId: string;
  /** The chat's field stands beside them. */
  readonly besideWriter?: boolean;
}

export function Questions({ headingId, besideWriter = false }: QuestionsProps) {
  const { session, speech } = usePlace();
  const [sort, setSort] = useState<Sort>("hot");
  const { questions } = session.room.value;
  const answered = ranked(questions, ANSWERED, "new");
  return (
    <>
      <header class="room-panel__head">
        <h2 id={headingId}>{speech.say("questions")}</h2>
        <label class="room-select">
          <span>{speech.say("questions.sort")}</span>
          <select value={sort} onChange={(event) => setSort(event.currentTarget.value as Sort)}>
            {SORTS.map((known) => (
              <option key={known} value={known}>
                {speech.say(`questions.sort.${known}`)}
              </option>
            ))}
          </select>
        </label>
      </header>
      <div class="room-panel__scroll">
        <Ask besideWriter={besideWriter} />
        <MyQuestions />
        <OpenQuestions sort={sort} headingId={headingId} />
        {answered.length > 0 && (
          <details class="room-fold">
            <summary>{speech.count("questions.answered", answered.length)}</summary>
            <ol class="room-questions">
              {answered.map((question) => (
                <Question key={question.id} question={question} />
              ))}
            </ol>
          </details>
        )}
      </div>
    </>
  );
}

function OpenQuestions({ sort, headingId }: { sort: Sort; headingId: string }) {
  const { session, speech, press } = usePlace();
  const { questions } = session.room.value;
  const wanted = ranked(questions, OPEN, sort).map(({ id }) => id);
  const list = useRef<HTMLOListElement>(null);
  const [inside, setInside] = useState(false);
  const shown = useRef<readonly string[]>([]);
  const sorted = useRef(0);
  const [, renew] = useState(0);
  const lastSort = useRef(sort);
  const members = wanted.length !== shown.current.length || wanted.some(isMissing);
  function isMissing(id: string): boolean {
    return !shown.current.includes(id);
  }
  const due = Date.now() - sorted.current >= RESORT_MS;
  const asked = lastSort.current !== sort;
  const frozen = !asked && (inside || !(members || due));
  const { ids, changes } = held(shown.current, wanted, frozen);
  if (!frozen) sorted.current = Date.now();
  lastSort.current = sort;
  shown.current = ids;
  const goInside = (now: boolean): void => press.after(() => setInside(now));
  const takeOrder = (): void => {
    shown.current = [];
    renew((count) => count + 1);
    list.current?.focus();
  };
  useEffect(() => {
    const again = (): void => renew((count) => count + 1);
    const timer = setInterval(() => press.after(again), RESORT_MS);
    return () => clearInterval(timer);
  }, []);
  const byId = questions.questions;
  return (
    <>
      {inside && changes > 0 && (
        <button
          type="button"
          class="room-button room-button--small room-questions__renew"
          onMouseDown={(event) => event.preventDefault()}
          onClick={takeOrder}
        >
          {speech.count("questions.renew", changes)}
        </button>
      )}
      {ids.length === 0 && <p class="room-empty">{speech.say("questions.empty")}</p>}
      <ol
        ref={list}
        class="room-questions"
        aria-labelledby={headingId}
        tabIndex={-1}
        onPointerEnter={(event) => {
          // A finger comes and presses at once; it is inside when its press gives the focus.
          if (event.pointerType !== "touch") goInside(true);
        }}
        onPointerLeave={() => goInside(list.current?.contains(document.activeElement) ?? false)}
        onFocusIn={() => goInside(true)}
        onFocusOut={(event) => {
          const next = event.relatedTarget;
          goInside(next instanceof Node && (list.current?.contains(next) ?? false));
        }}
      >
        {ids.map((id) => {
          const question = byId.get(id);
          return question && <Question key={id} question={question} />;
        })}
      </ol>
    </>
  );
}

/** My own questions and what became of them, also while nobody else sees them. */
function MyQuestions() {
  const { session, speech } = usePlace();
  const { mine } = session.room.value;
  const own = [...mine.questions.values()]
    .filter(({ state }) => state !== "withdrawn" && state !== "erased")
    .sort((a, b) => b.at - a.at);
  if (own.length === 0) return null;
  return (
    <details
      class="room-fold"
      open={own.some(({ state }) => state === "pending" || state === "dismissed")}
    >
      <summary>{speech.count("mine", own.length)}</summary>
      <ul class="room-mine">
        {own.map((question) => (
          <Mine key={question.id} question={question} />
        ))}
      </ul>
    </details>
  );
}

function Mine({ question }: { question: OwnQuestion }) {
  const { session, speech } = usePlace();
  const may = useMay();
  const view = session.room.value.questions.questions.get(question.id);
  const open = question.state === "pending" || question.state === "published";
  const number =
    question.number === undefined ? "" : speech.say("question.number", { n: question.number });
  return (
    <li class="room-mine__item" data-state={question.state}>
      <p class="room-question__head">
        {[number, speech.say(`mine.state.${question.state}`)].filter(Boolean).join(" · ")}
      </p>
      <p class="room-question__text">{question.text}</p>
      {question.reason && (
        <p class="room-question__from">{speech.say("reason", { reason: question.reason })}</p>
      )}
      {open && may("question.withdraw_own") && (
        <button
          type="button"
          class="room-button room-button--small room-button--plain"
          onClick={() =>
            session.give({
              type: "question.withdraw",
              question: question.id,
              revision: view?.revision ?? question.rev,
            })
          }
        >
          {speech.say("mine.withdraw")}
        </button>
      )}
    </li>
  );
}
