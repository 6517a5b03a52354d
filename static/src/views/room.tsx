/** The room of a participant: what is on air, questions, chat, who is here. Phone width first. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Banner } from "./banner.tsx";
import { Chat } from "./chat.tsx";
import { useMay, usePlace, useWide } from "./context.ts";
import { Here } from "./here.tsx";
import { type Act, type Cause, MeasureContext, MeasureDialog } from "./measures.tsx";
import { OnAir } from "./on_air.tsx";
import { Questions } from "./questions.tsx";
import { Slides } from "./slides.tsx";
import { ConnectionBar, isOutside, NotHere } from "./status.tsx";
import { type Tab, TabPanel, Tabs } from "./tabs.tsx";
import { ToastList } from "./toasts.tsx";

export function RoomView() {
  const { session, settings, speech, title } = usePlace();
  const root = useRoot();
  const status = session.status.value.kind;
  return (
    <div ref={root} class="room" data-still={settings.still.value} data-status={status}>
      <h1 class="room__title">{title}</h1>
      <ConnectionBar />
      {isOutside(status) ? <NotHere /> : session.joined.value ? <Panels /> : <Loading />}
      <ToastList />
      <p class="room-hidden">{speech.say("room.help")}</p>
    </div>
  );
}

export function Loading() {
  const { speech } = usePlace();
  return <p class="room-loading">{speech.say("connecting")}</p>;
}

function Panels() {
  const { session, speech } = usePlace();
  const may = useMay();
  const wide = useWide();
  const [chosen, choose] = useState("chat");
  const [act, setAct] = useState<{ act: Act; cause: Cause } | null>(null);
  const room = session.room.value;
  const unread = useUnread(chosen === "chat", room.chat.messages.at(-1)?.order ?? 0);
  const shown = wide && chosen === "questions" ? "chat" : chosen;
  const chat: Tab = { id: "chat", label: speech.say("chat"), ...badge(unread) };
  const questions: Tab = { id: "questions", label: speech.say("questions") };
  const here: Tab = { id: "here", label: speech.say("here") };
  return (
    <MeasureContext.Provider value={(kind, cause) => setAct({ act: kind, cause })}>
      <Banner />
      <OnAir />
      {!wide && <Slides />}
      <div class="room-panels" data-wide={wide}>
        {wide && (
          <div class="room-main">
            <Slides />
            <section class="room-panel room-panel--questions" aria-labelledby="h-questions">
              <Questions
                headingId="h-questions"
                besideWriter={shown === "chat" && may("chat.send")}
              />
            </section>
          </div>
        )}
        <div class="room-side">
          <Tabs
            label={speech.say("room.tabs")}
            tabs={wide ? [chat, here] : [chat, questions, here]}
            chosen={shown}
            onChoose={choose}
          />
          <TabPanel id="chat" chosen={shown}>
            <Chat headingId="h-chat" />
          </TabPanel>
          {!wide && (
            <TabPanel id="questions" chosen={shown}>
              <Questions headingId="h-questions" />
            </TabPanel>
          )}
          <TabPanel id="here" chosen={shown}>
            <Here headingId="h-here" />
          </TabPanel>
        </div>
      </div>
      {act && <MeasureDialog act={act.act} cause={act.cause} onClose={() => setAct(null)} />}
    </MeasureContext.Provider>
  );
}

function badge(unread: number): { readonly badge?: string } {
  if (unread === 0) return {};
  return { badge: unread > 99 ? "99+" : String(unread) };
}

/** Messages since the chat was last looked at. */
function useUnread(looking: boolean, newest: number): number {
  const seen = useRef(newest);
  if (looking) seen.current = newest;
  return Math.max(0, newest - seen.current);
}

/** The room fills what the page's head leaves of the window. */
export function useRoot() {
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const measure = (): void => {
      const element = root.current;
      if (element === null) return;
      const top = element.getBoundingClientRect().top + scrollY;
      element.style.setProperty("--room-top", `${Math.round(top)}px`);
    };
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  return root;
}
