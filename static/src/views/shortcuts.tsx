/** The keys of the desk, and the switch that turns single keys off (WCAG 2.1.4). */

import { usePlace } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import type { TextCode } from "./texts.ts";

const KEYS: readonly TextCode[] = [
  "desk.shortcuts.f6",
  "desk.shortcuts.arrows",
  "desk.shortcuts.a",
  "desk.shortcuts.d",
  "desk.shortcuts.o",
  "desk.shortcuts.n",
  "desk.shortcuts.w",
  "desk.shortcuts.z",
  "desk.shortcuts.help",
];

export function Shortcuts({ onClose }: { onClose: () => void }) {
  const { settings, speech } = usePlace();
  return (
    <Dialog title={speech.say("desk.shortcuts")} onClose={onClose}>
      <form method="dialog">
        <ul>
          {KEYS.map((code) => (
            <li key={code}>{speech.say(code)}</li>
          ))}
        </ul>
        <label class="room-check">
          <input
            type="checkbox"
            checked={settings.shortcuts.value}
            onChange={(event) => {
              settings.shortcuts.value = event.currentTarget.checked;
            }}
          />
          {speech.say("desk.shortcuts.on")}
        </label>
        <button type="submit" class="room-button">
          {speech.say("close")}
        </button>
      </form>
    </Dialog>
  );
}
