/** A list of questions on the desk: keyboard, held order, colleagues' acts shown for a moment. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { held, inPlace } from "../core/order.ts";
import type { QuestionView } from "../protocol/generated.ts";
import { usePlace } from "./context.ts";
import { DeskItem } from "./desk_item.tsx";
import { rowForKey, rowsOf } from "./list.ts";

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
  const before = useRef<readonly string[]>([]);
  const known = session.room.value.questions.questions;
  const lingering = useLingering(questions);
  const wanted = questions.map(({ id }) => id);
  const order = held(shown.current, wanted, inside);
  const fresh = props.appends ? wanted.filter((id) => !order.ids.includes(id)) : [];
  const ids = [...order.ids, ...fresh];
  shown.current = ids;
  const all = inPlace(before.current, ids, [...lingering.keys()]);
  before.current = all;
  const stop = all.includes(current ?? "") ? current : all[0];
  const changes = props.appends ? 0 : order.changes;

  const keep = useKeptFocus(list);

  const pressed = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>("li[data-id]");
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const letters = settings.shortcuts.value;
    const next = rowForKey(event.key, list.current, row, letters);
    const button = letters
      ? row?.querySelector<HTMLButtonElement>(`button[data-key="${CSS.escape(event.key)}"]`)
      : null;
    if (next !== null) next.focus();
    else if (event.repeat)
      return; // a key held down walks, and acts once
    else if (button) button.click();
    else if (letters && event.key === "z") undoLast(toasts.shown.value.at(-1)?.action);
    else if (letters && event.key === "?") props.onHelp();
    else if (event.key === "Escape" && target !== row) row?.focus();
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
          keep.entered(event.target as HTMLElement);
          const row = (event.target as Element).closest<HTMLElement>("li[data-id]");
          if (row !== null) setCurrent(row.dataset.id ?? null);
        }}
        onFocusOut={(event) => {
          const next = event.relatedTarget;
          setInside(next instanceof Node && (list.current?.contains(next) ?? false));
          keep.left(event.target as HTMLElement);
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

/** What had the focus, and where: when it is taken away, its row or the next one gets the focus. */
function useKeptFocus(list: { readonly current: HTMLElement | null }) {
  const kept = useRef<HTMLElement | null>(null);
  const at = useRef(0);
  useLayoutEffect(() => {
    const rows = rowsOf(list.current);
    const row = rows.findIndex((one) => one.contains(kept.current));
    if (kept.current === null) return;
    if (row !== -1) {
      at.current = row;
      return;
    }
    kept.current = null;
    if (document.activeElement !== document.body) return;
    (rows[Math.min(at.current, rows.length - 1)] ?? list.current)?.focus();
  });
  return {
    entered(target: HTMLElement): void {
      const row = rowsOf(list.current).findIndex((one) => one.contains(target));
      kept.current = row === -1 ? null : target;
      at.current = row;
    },
    left(target: HTMLElement): void {
      // Not at once: some browsers say this before they take an element away, and it is still there.
      queueMicrotask(() => {
        const stays = target.isConnected && document.activeElement !== target;
        if (stays && kept.current === target) kept.current = null;
      });
    },
  };
}

/** Items a colleague took out of the list stay for three seconds, with the colleague's name. */
function useLingering(questions: readonly QuestionView[]): ReadonlyMap<string, string> {
  const { session, speech, press } = usePlace();
  const before = useRef<ReadonlySet<string>>(new Set());
  const lingering = useRef(new Map<string, string>());
  const [, again] = useState(0);
  const known = session.room.value.questions.questions;
  const ids = new Set(questions.map(({ id }) => id));
  // While rendering, not after it: a row that went and came again would have lost the focus.
  const gone = [...before.current]
    .filter((id) => !ids.has(id))
    .map((id) => known.get(id))
    .filter((view) => view !== undefined && isByOther(view, session.account.value));
  for (const view of gone) if (view) lingering.current.set(view.id, doneBy(view, speech));
  for (const id of ids) lingering.current.delete(id);
  before.current = ids;
  useEffect(() => {
    if (gone.length === 0) return;
    setTimeout(() => {
      for (const view of gone) if (view) lingering.current.delete(view.id);
      press.after(() => again((times) => times + 1));
    }, LINGER_MS);
  }, [[...ids].join()]);
  return lingering.current;
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
