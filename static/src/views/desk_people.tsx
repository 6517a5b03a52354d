/** Who is under a sanction, and the way back. */

import type { Room } from "../core/room.ts";
import type { PersonView } from "../protocol/generated.ts";
import { useMay, usePlace } from "./context.ts";
import { SettingsFields } from "./here.tsx";
import type { Speech } from "./texts.ts";

export function DeskPeople() {
  const { session, speech } = usePlace();
  const may = useMay();
  const room = session.room.value;
  const people = [...room.people.sanctioned.values()].filter(
    (person) => person.muted || person.removed,
  );
  return (
    <div class="room-panel__scroll room-here">
      <p class="room-here__count">{speech.count("here.people", room.people.present[0])}</p>
      {people.length === 0 && <p class="room-empty">{speech.say("desk.nobody")}</p>}
      <ul class="room-mine">
        {people.map((person) => (
          <li key={person.id} class="room-mine__item" data-state="dismissed">
            <p>
              <b>{nameOf(room, person.id) ?? speech.say("person.unknown")}</b>{" "}
              {state(person, speech, session.now())}
            </p>
            {person.reason && <p>{speech.say("reason", { reason: person.reason })}</p>}
            {may("person.sanction") && (
              <button
                type="button"
                class="room-button room-button--small room-button--plain"
                onClick={() =>
                  session.give({
                    type: person.removed ? "person.readmit" : "person.unmute",
                    account: person.id,
                  })
                }
              >
                {speech.say(person.removed ? "person.readmit" : "person.unmute")}
              </button>
            )}
          </li>
        ))}
      </ul>
      <SettingsFields />
    </div>
  );
}

/** The name somebody wrote under; the protocol tells sanctions by account only. */
function nameOf(room: Room, account: string): string | undefined {
  const message = room.chat.messages.findLast(({ author }) => author?.account === account);
  if (message?.author !== undefined) return message.author.name;
  const questions = [...room.questions.questions.values()];
  return questions.find(({ author }) => author?.account === account)?.author?.name;
}

function state(person: PersonView, speech: Speech, now: number): string {
  if (person.removed) return speech.say("person.removed");
  if (person.muted_until === undefined) return speech.say("person.muted");
  return speech.say("person.muted.until", { until: speech.moment(person.muted_until, now) });
}
