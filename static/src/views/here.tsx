/** In the room: who is here, how it works, and how the page shall behave for this person. */

import { LEVELS } from "../adapters/announcer.ts";
import { usePlace } from "./context.ts";

export function Here({ headingId }: { headingId: string }) {
  const { kept, session, speech } = usePlace();
  const room = session.room.value;
  const [people] = room.people.present;
  return (
    <>
      <header class="room-panel__head">
        <h2 id={headingId}>{speech.say("here")}</h2>
      </header>
      <div class="room-panel__scroll room-here">
        <p class="room-here__count">{speech.count("here.people", people)}</p>
        <p>
          {room.name === null
            ? speech.say("here.guest")
            : speech.say("here.name", { name: room.name })}
        </p>
        <h3>{speech.say("here.rules")}</h3>
        <ul class="room-here__rules">
          <li>{speech.say(`window.${room.settings.window}`)}</li>
          <li>{speech.say(`moderation.${room.settings.moderation}`)}</li>
          <li>{speech.say(`display.${room.settings.display}`)}</li>
          <li>{speech.say("here.zone", { zone: speech.zone(session.now()) })}</li>
          {kept !== "" && <li>{kept}</li>}
        </ul>
        <SettingsFields />
        <Notices />
      </div>
    </>
  );
}

export function SettingsFields() {
  const { session, settings, speech } = usePlace();
  return (
    <>
      <fieldset class="room-choice">
        <legend>{speech.say("settings.level")}</legend>
        {LEVELS.map((level) => (
          <label key={level}>
            <input
              type="radio"
              name="level"
              checked={settings.level.value === level}
              onChange={() => {
                settings.level.value = level;
                session.setLevel(level);
              }}
            />
            {speech.say(`settings.level.${level}`)}
          </label>
        ))}
      </fieldset>
      <label class="room-check">
        <input
          type="checkbox"
          checked={settings.still.value}
          onChange={(event) => {
            settings.still.value = event.currentTarget.checked;
          }}
        />
        {speech.say("settings.still")}
      </label>
      <label class="room-check">
        <input
          type="checkbox"
          checked={settings.pages.value}
          onChange={(event) => {
            settings.pages.value = event.currentTarget.checked;
          }}
        />
        {speech.say("settings.pages")}
      </label>
    </>
  );
}

function Notices() {
  const { toasts, speech } = usePlace();
  const all = toasts.all.value;
  return (
    <div class="room-here__notices">
      <h3>{speech.say("notices")}</h3>
      {all.length === 0 && <p class="room-empty">{speech.say("notices.empty")}</p>}
      {all.length > 0 && (
        <ul>
          {all.map((notice) => (
            <li key={notice.id}>
              {speech.time(notice.at)} {notice.text}
            </li>
          ))}
        </ul>
      )}
      {all.length > 0 && (
        <button
          type="button"
          class="room-button room-button--small room-button--plain"
          onClick={() => toasts.clear()}
        >
          {speech.say("notices.clear")}
        </button>
      )}
    </div>
  );
}
