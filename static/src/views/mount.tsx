/** Put a view on its page: read the mount point, load the language, open the session. */

import { type ComponentType, render } from "preact";
import { browser, lasting, passing } from "../adapters/outside.ts";
import { CHANGED, RELEASED, TOLD } from "../adapters/programme_events.ts";
import { Session } from "../adapters/session.ts";
import { slides } from "../adapters/slides.ts";
import { type Place, PlaceContext } from "./context.ts";
import { ears } from "./ears.ts";
import { rememberedSettings } from "./settings.ts";
import { loadTexts, Speech } from "./texts.ts";
import { Toasts } from "./toasts.tsx";

const BUILD = "web";

/** What the page's address may add: a token, and the room it is for. */
export interface Given {
  readonly token?: string;
  readonly room?: string;
  /** A picture on a wall: nobody listens. */
  readonly silent?: boolean;
}

export async function mount(View: ComponentType, given: Given = {}): Promise<void> {
  const root = document.getElementById("plenum-room");
  const room = root?.dataset.room ?? given.room;
  if (root === null || room === undefined) return;
  const texts = await loadTexts(root.dataset.language);
  const place = open(room, root.dataset, new Speech(texts), given);
  root.replaceChildren();
  render(
    <PlaceContext.Provider value={place}>
      <View />
    </PlaceContext.Provider>,
    root,
  );
}

function open(roomId: string, shell: DOMStringMap, speech: Speech, given: Given): Place {
  const toasts = new Toasts();
  const settings = rememberedSettings(lasting());
  const outside = browser();
  const { token } = given;
  const target = { room: roomId, build: BUILD, ...(token === undefined ? {} : { token }) };
  const heard = ears({
    speech,
    toasts,
    now: () => session.now(),
    give: (command) => void session.give(command),
    say: (news) => session.say(news),
    released: () => document.dispatchEvent(new Event(RELEASED)),
  });
  document.addEventListener(CHANGED, (event) => {
    const text = (event as CustomEvent<string>).detail;
    toasts.add({ tone: "info", text });
    session.say({ kind: "stage", text });
  });
  document.addEventListener(TOLD, (event) => {
    event.preventDefault();
    session.say({ kind: "personal", text: (event as CustomEvent<string>).detail });
  });
  const level = given.silent ? "off" : settings.level.value;
  const session = new Session(outside, target, heard, level);
  session.start();
  addEventListener("online", () => session.hurry());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) session.hurry();
  });
  const drafts = passing();
  const { press } = outside;
  const { title = "", kept = "" } = shell;
  return {
    roomId,
    title,
    kept,
    session,
    speech,
    toasts,
    settings,
    slides: slides(token),
    press,
    drafts,
  };
}
