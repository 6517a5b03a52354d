/** Measures of moderation: remove a message, mute or remove a person. Each names its reason. */

import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import type { RoomCommand } from "../protocol/generated.ts";
import { usePlace } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { EraseDialog } from "./erase.tsx";
import type { TextCode } from "./texts.ts";

export type Act = "remove" | "mute" | "expel" | "erase";
/** Those that tell the person a reason. */
type Reasoned = Exclude<Act, "erase">;

/** Whom and what a measure is about: a message or question with its author. */
export interface Cause {
  readonly id: string;
  readonly author?: { readonly account: string; readonly name: string };
}

export type Measure = (act: Act, cause: Cause) => void;

export const MeasureContext = createContext<Measure>(() => {});

export function useMeasure(): Measure {
  return useContext(MeasureContext);
}

export const REASONS: readonly TextCode[] = [
  "reason.off_topic",
  "reason.repeated",
  "reason.unclear",
  "reason.impolite",
  "reason.personal_data",
];
const MINUTES = [1, 5, 10, 30, 24 * 60] as const;

const TITLES: Readonly<Record<Reasoned, TextCode>> = {
  remove: "measure.remove",
  mute: "measure.mute",
  expel: "measure.expel",
};

interface MeasureDialogProps<A extends Act> {
  readonly act: A;
  readonly cause: Cause;
  onClose(): void;
}

export function MeasureDialog({ act, ...about }: MeasureDialogProps<Act>) {
  return act === "erase" ? <EraseDialog {...about} /> : <ReasonDialog act={act} {...about} />;
}

function ReasonDialog({ act, cause, onClose }: MeasureDialogProps<Reasoned>) {
  const { session, speech } = usePlace();
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState<number>(10);
  const name = cause.author?.name ?? "";
  const carryOut = (): void => {
    const command = commandOf(act, cause, reason.trim(), minutes);
    if (command !== null) session.give(command);
    onClose();
  };
  return (
    <Dialog title={speech.say(TITLES[act], { name })} onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          carryOut();
        }}
      >
        {act === "mute" && (
          <fieldset class="room-choice">
            <legend>{speech.say("measure.how_long")}</legend>
            {[...MINUTES, 0].map((value) => (
              <label key={value}>
                <input
                  type="radio"
                  name="minutes"
                  checked={minutes === value}
                  onChange={() => setMinutes(value)}
                />
                {duration(value, speech)}
              </label>
            ))}
          </fieldset>
        )}
        <ReasonField reason={reason} onReason={setReason} />
        <p class="room-field__hint">{speech.say("measure.told")}</p>
        <div class="room-actions">
          <button type="submit" class="room-button">
            {speech.say(`measure.${act}.do`)}
          </button>
          <button type="button" class="room-button room-button--plain" onClick={onClose}>
            {speech.say("cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface ReasonFieldProps {
  readonly reason: string;
  /** Show the digits that choose. */
  readonly numbered?: boolean;
  onReason(reason: string): void;
}

export function ReasonField({ reason, numbered, onReason }: ReasonFieldProps) {
  const { speech } = usePlace();
  return (
    <fieldset class="room-choice">
      <legend>{speech.say("measure.reason")}</legend>
      {REASONS.map((code, index) => (
        <label key={code}>
          <input
            type="radio"
            name="reason"
            checked={reason === speech.say(code)}
            onChange={() => onReason(speech.say(code))}
          />
          {numbered && <kbd class="room-key">{index + 1}</kbd>}
          {speech.say(code)}
        </label>
      ))}
      <label class="room-choice__own">
        {speech.say("measure.reason.own")}
        <input
          type="text"
          maxLength={200}
          value={reason}
          onInput={(event) => onReason(event.currentTarget.value)}
        />
      </label>
    </fieldset>
  );
}

function duration(minutes: number, speech: ReturnType<typeof usePlace>["speech"]): string {
  if (minutes === 0) return speech.say("measure.until_lifted");
  if (minutes >= 60) return speech.count("measure.hours", minutes / 60);
  return speech.count("measure.minutes", minutes);
}

function commandOf(
  act: Reasoned,
  cause: Cause,
  reason: string,
  minutes: number,
): RoomCommand | null {
  if (act === "remove") return { type: "chat.remove", message: cause.id, reason };
  if (cause.author === undefined) return null;
  const { account } = cause.author;
  if (act === "expel") return { type: "person.remove", account, reason };
  const span = minutes === 0 ? {} : { minutes };
  return { type: "person.mute", account, reason, ...span };
}
