/** Erase what a person said, for good. Says first what others could conclude (decision 0040). */

import { usePlace } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import type { Cause } from "./measures.tsx";

export function EraseDialog({ cause, onClose }: { cause: Cause; onClose(): void }) {
  const { session, speech } = usePlace();
  const { author } = cause;
  if (author === undefined) return null;
  return (
    <Dialog title={speech.say("erase.title", { name: author.name })} onClose={onClose}>
      <p>{speech.say("erase.what")}</p>
      <p>{speech.say("erase.unnamed")}</p>
      <p>{speech.say("erase.later")}</p>
      <div class="room-actions">
        <button
          type="button"
          class="room-button room-button--danger"
          onClick={() => {
            session.give({ type: "person.erase_words", account: author.account });
            onClose();
          }}
        >
          {speech.say("erase.do")}
        </button>
        <button type="button" class="room-button room-button--plain" onClick={onClose}>
          {speech.say("cancel")}
        </button>
      </div>
    </Dialog>
  );
}
