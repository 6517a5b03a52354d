/** A list of questions on the desk: keyboard, held order, colleagues' acts shown for a moment. */

import { useEffect, useRef, useState } from "preact/hooks";
import { held } from "../core/order.ts";
import type { QuestionView } from "../protocol/generated.ts";
import { usePlace } from "./context.ts";
import { DeskItem } from "./desk_item.tsx";
import { rowForKey } from "./list.ts";

const LINGER_MS = 3_000;

interface DeskListProps {
  readonly label: string;
  readonly questions: readonly QuestionView[];
  readonly empty: string;
  /** New ones are put at the end while somebody works in the list. */
  readonly appends?: boolean;
  onDismiss(question: QuestionView): void;
  onHelp(): void;
}

export function DeskList(props: DeskListProps) {
  const { session, settings, speech, toasts } = usePlace();
  const { questions } = props;
  const list = useRef<HTMLOListElement>(null);
  const [inside, setInside] = useState(false);
  const [current, setCurrent] = useState<string | null>(null);
  const shown = useRef<readonly string[]>([]);
  const known = session.room.value.questions.questions;
  const lingering = useLingering(questions);
  const wanted = questions.map(({ id }) => id);
  const order = held(shown.current, wanted, inside);
  const fresh = props.appends ? wanted.filter((id) => !order.ids.includes(id)) : [];
  const ids = [...order.ids, ...fresh];
  shown.current = ids;
  const all = [...ids, ...[...lingering.keys()].filter((id) => !ids.includes(id))];
  const stop = all.includes(current ?? "") ? current : all[0];
  const changes = props.appends ? 0 : order.changes;

  const pressed = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>("li[data-id]");
    if (row === null || event.ctrlKey || event.altKey || event.metaKey) return;
    const letters = settings.shortcuts.value;
    const next = rowForKey(event.key, row, letters);
    const button = letters
      ? row.querySelector<HTMLButtonElement>(`button[data-key="${CSS.escape(event.key)}"]`)
      : null;
    if (next !== null) next.focus();
    else if (button !== null) button.click();
    else if (letters && event.key === "z") undoLast(toasts.shown.value.at(-1)?.action);
    else if (letters && event.key === "?") props.onHelp();
    else if (event.key === "Escape" && target !== row) row.focus();
    else return;
    event.preventDefault();
  };

  return (
    <>
      {changes > 0 && inside && (
        <button
          type="button"
          class="room-button room-button--small room-questions__renew"
          onClick={() => {
            shown.current = [];
            setInside(false);
          }}
        >
          {speech.count("questions.renew", changes)}
        </button>
      )}
      {all.length === 0 && <p class="room-empty">{props.empty}</p>}
      <ol
        ref={list}
        class="room-items"
        aria-label={props.label}
        tabIndex={-1}
        onKeyDown={pressed}
        onFocusIn={(event) => {
          setInside(true);
          const row = (event.target as Element).closest<HTMLElement>("li[data-id]");
          if (row !== null) setCurrent(row.dataset.id ?? null);
        }}
        onFocusOut={(event) => {
          const next = event.relatedTarget;
          setInside(next instanceof Node && (list.current?.contains(next) ?? false));
        }}
      >
        {all.map((id) => {
          const question = known.get(id);
          return (
            question && (
              <DeskItem
                key={id}
                question={question}
                current={id === stop}
                doneBy={lingering.get(id)}
                onDismiss={props.onDismiss}
              />
            )
          );
        })}
      </ol>
    </>
  );
}

function undoLast(action: { readonly act: () => void } | undefined): void {
  action?.act();
}

/** Items a colleague took out of the list stay for three seconds, with the colleague's name. */
function useLingering(questions: readonly QuestionView[]): ReadonlyMap<string, string> {
  const { session, speech } = usePlace();
  const before = useRef<ReadonlySet<string>>(new Set());
  const [lingering, setLingering] = useState<ReadonlyMap<string, string>>(new Map());
  const ids = new Set(questions.map(({ id }) => id));
  useEffect(() => {
    const known = session.room.value.questions.questions;
    const gone = [...before.current]
      .filter((id) => !ids.has(id))
      .map((id) => known.get(id))
      .filter((view) => view !== undefined && isByOther(view, session.account.value));
    before.current = ids;
    if (gone.length === 0) return;
    const said = new Map(gone.map((view) => [view?.id ?? "", doneBy(view, speech)]));
    setLingering((old) => new Map([...old, ...said]));
    setTimeout(() => {
      setLingering((old) => new Map([...old].filter(([id]) => !said.has(id))));
    }, LINGER_MS);
  }, [[...ids].join()]);
  return lingering;
}

function isByOther(view: QuestionView, account: string | null): boolean {
  return view.last_by !== undefined && view.last_by !== account;
}

function doneBy(
  view: QuestionView | undefined,
  speech: ReturnType<typeof usePlace>["speech"],
): string {
  const state = speech.say(`mine.state.${view?.state ?? "withdrawn"}`);
  return view?.last_name === undefined ? state : `${state} · ${view.last_name}`;
}
