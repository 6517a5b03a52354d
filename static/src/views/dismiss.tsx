/** Dismiss a question: a reason, and whether the person who asked is told it. Digits choose. */

import { useRef, useState } from "preact/hooks";
import type { QuestionView } from "../protocol/generated.ts";
import { usePlace } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { focusNeighbour } from "./list.ts";
import { REASONS, ReasonField } from "./measures.tsx";

interface DismissProps {
  readonly question: QuestionView;
  onClose(): void;
}

export function Dismiss({ question, onClose }: DismissProps) {
  const { session, settings, speech } = usePlace();
  const [reason, setReason] = useState("");
  const [notify, setNotify] = useState(true);
  const given = useRef(false);
  const dismiss = (why: string): void => {
    const { id, revision } = question;
    const command = {
      type: "question.dismiss",
      question: id,
      revision,
      reason: why,
      notify,
    } as const;
    given.current = session.give(command) !== null;
    onClose();
  };
  const goOn = (): void => {
    const row = document.activeElement?.closest<HTMLElement>("li[data-id]");
    if (given.current && row) focusNeighbour(row);
  };
  return (
    <Dialog title={speech.say("desk.dismiss.title")} onClose={onClose} onLeft={goOn}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          dismiss(reason.trim());
        }}
        onKeyDown={(event) => {
          const typing = event.target instanceof HTMLInputElement && event.target.type === "text";
          const code = REASONS[Number(event.key) - 1];
          if (typing || code === undefined || !settings.shortcuts.value) return;
          event.preventDefault();
          dismiss(speech.say(code));
        }}
      >
        <blockquote class="room-question__text">{question.text}</blockquote>
        <ReasonField reason={reason} onReason={setReason} numbered={settings.shortcuts.value} />
        <label class="room-check">
          <input
            type="checkbox"
            checked={notify}
            onChange={(event) => setNotify(event.currentTarget.checked)}
          />
          {speech.say("desk.dismiss.notify")}
        </label>
        <div class="room-actions">
          <button type="submit" class="room-button">
            {speech.say("desk.dismiss")}
          </button>
          <button type="button" class="room-button room-button--plain" onClick={onClose}>
            {speech.say("cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
