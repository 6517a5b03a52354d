/** The moderator's desk: what to check, what is on, who speaks. Three regions, F6 between them. */

import { useEffect, useId, useState } from "preact/hooks";
import { unread } from "../core/notes.ts";
import { ranked, type Sort } from "../core/questions.ts";
import type { Moderation, QuestionView, Window as QuestionWindow } from "../protocol/generated.ts";
import { Announce } from "./announce.tsx";
import { Backstage } from "./backstage.tsx";
import { Banner } from "./banner.tsx";
import { Chat } from "./chat.tsx";
import { useMay, usePlace } from "./context.ts";
import { DeskList } from "./desk_list.tsx";
import { DeskPeople } from "./desk_people.tsx";
import { Dismiss } from "./dismiss.tsx";
import { jumpRegion } from "./list.ts";
import { type Act, type Cause, MeasureContext, MeasureDialog } from "./measures.tsx";
import { Loading, useRoot } from "./room.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import { ConnectionBar, isOutside, NotHere } from "./status.tsx";
import { TabPanel, Tabs } from "./tabs.tsx";
import { ToastList } from "./toasts.tsx";

const WINDOWS = ["scheduled", "open", "vote_only", "closed"] as const;
const MODERATIONS = ["pre", "post"] as const;
const SORTS = ["hot", "top", "new", "old"] as const;

export function DeskView() {
  const { session, settings, title } = usePlace();
  const root = useRoot();
  const status = session.status.value.kind;
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== "F6" || root.current === null) return;
      event.preventDefault();
      jumpRegion(root.current, event.shiftKey);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  return (
    <div ref={root} class="room room--desk" data-still={settings.still.value} data-status={status}>
      <h1 class="room__title">{title}</h1>
      <ConnectionBar />
      {isOutside(status) ? <NotHere /> : session.joined.value ? <Desk /> : <Loading />}
      <ToastList />
    </div>
  );
}

function Desk() {
  const may = useMay();
  const [dismissing, setDismissing] = useState<QuestionView | null>(null);
  const [measure, setMeasure] = useState<{ act: Act; cause: Cause } | null>(null);
  const [announcing, setAnnouncing] = useState(false);
  const [help, setHelp] = useState(false);
  if (!may("question.moderate") && !may("stage.direct")) return <NotForYou />;
  const list = { onDismiss: setDismissing, onHelp: () => setHelp(true) };
  return (
    <MeasureContext.Provider value={(act, cause) => setMeasure({ act, cause })}>
      <Banner />
      <DeskSettings onHelp={() => setHelp(true)} onAnnounce={() => setAnnouncing(true)} />
      <Jumps />
      <div class="room-desk">
        {may("question.moderate") && <Queue {...list} />}
        <Stage {...list} />
        <Talk />
      </div>
      {dismissing && <Dismiss question={dismissing} onClose={() => setDismissing(null)} />}
      {measure && (
        <MeasureDialog act={measure.act} cause={measure.cause} onClose={() => setMeasure(null)} />
      )}
      {announcing && <Announce onClose={() => setAnnouncing(false)} />}
      {help && <Shortcuts onClose={() => setHelp(false)} />}
    </MeasureContext.Provider>
  );
}

/** One column has a row of ways to its regions; beside each other they need none. */
function Jumps() {
  const { session, speech } = usePlace();
  const may = useMay();
  const pending = ranked(session.room.value.questions, ["pending"], "old").length;
  return (
    <nav class="room-jumps" aria-label={speech.say("desk.jumps")}>
      {may("question.moderate") && (
        <a href="#queue">
          {speech.say("desk.queue")} ({pending})
        </a>
      )}
      <a href="#stage">{speech.say("desk.stage")}</a>
      <a href="#talk">{speech.say("desk.chat")}</a>
    </nav>
  );
}

interface ListProps {
  onDismiss(question: QuestionView): void;
  onHelp(): void;
}

function Queue(list: ListProps) {
  const { session, speech } = usePlace();
  const pending = ranked(session.room.value.questions, ["pending"], "old");
  const title = speech.say("desk.queue");
  return (
    <section id="queue" class="room-region" data-region aria-labelledby="h-queue" tabIndex={-1}>
      <h2 id="h-queue">
        {title} <span class="room-badge">{pending.length}</span>
      </h2>
      <div class="room-panel__scroll">
        <DeskList
          {...list}
          label={title}
          questions={pending}
          empty={speech.say("desk.queue.empty")}
          appends
        />
      </div>
    </section>
  );
}

function Stage(list: ListProps) {
  const { session, speech } = usePlace();
  const [sort, setSort] = useState<Sort>("hot");
  const { questions } = session.room.value;
  const onAir = ranked(questions, ["on_air"], "old");
  const published = ranked(questions, ["published"], sort);
  return (
    <section id="stage" class="room-region" data-region aria-labelledby="h-stage" tabIndex={-1}>
      <header class="room-panel__head">
        <h2 id="h-stage">{speech.say("desk.stage")}</h2>
        <label class="room-select">
          <span>{speech.say("questions.sort")}</span>
          <select value={sort} onChange={(event) => setSort(event.currentTarget.value as Sort)}>
            {SORTS.map((known) => (
              <option key={known} value={known}>
                {speech.say(`questions.sort.${known}`)}
              </option>
            ))}
          </select>
        </label>
      </header>
      <div class="room-panel__scroll">
        <h3>{speech.say("desk.on_air")}</h3>
        <DeskList
          {...list}
          label={speech.say("desk.on_air")}
          questions={onAir}
          empty={speech.say("desk.on_air.none")}
          appends
        />
        <h3>{speech.say("desk.next_up")}</h3>
        <DeskList
          {...list}
          key={sort}
          label={speech.say("desk.next_up")}
          questions={published}
          empty={speech.say("desk.stage.empty")}
        />
        <Folded {...list} state="answered" />
        <Folded {...list} state="dismissed" />
      </div>
    </section>
  );
}

function Folded({ state, ...list }: ListProps & { state: "answered" | "dismissed" }) {
  const { session, speech } = usePlace();
  const questions = ranked(session.room.value.questions, [state], "new");
  if (questions.length === 0) return null;
  const title = speech.say(`desk.fold.${state}`);
  return (
    <details class="room-fold">
      <summary>
        {title} ({questions.length})
      </summary>
      <DeskList {...list} label={title} questions={questions} empty="" />
    </details>
  );
}

function Talk() {
  const { session, speech } = usePlace();
  const [chosen, choose] = useState("chat");
  const sanctioned = session.room.value.people.sanctioned.size;
  const badge = sanctioned === 0 ? {} : { badge: String(sanctioned) };
  const notes = [...session.room.value.notes.values()];
  const waiting = notes.filter((note) => unread(note, session.account.value)).length;
  const open = waiting === 0 ? {} : { badge: String(waiting) };
  return (
    <section
      id="talk"
      class="room-region"
      data-region
      aria-label={speech.say("desk.chat")}
      tabIndex={-1}
    >
      <Tabs
        label={speech.say("room.tabs")}
        tabs={[
          { id: "chat", label: speech.say("desk.chat") },
          { id: "people", label: speech.say("desk.people"), ...badge },
          { id: "backstage", label: speech.say("backstage"), ...open },
        ]}
        chosen={chosen}
        onChoose={choose}
      />
      <TabPanel id="chat" chosen={chosen}>
        <Chat headingId="h-chat" />
      </TabPanel>
      <TabPanel id="people" chosen={chosen}>
        <DeskPeople open={chosen === "people"} />
      </TabPanel>
      <TabPanel id="backstage" chosen={chosen}>
        <div class="room-panel__scroll">
          <Backstage />
        </div>
      </TabPanel>
    </section>
  );
}

interface DeskSettingsProps {
  onHelp(): void;
  onAnnounce(): void;
}

function DeskSettings({ onHelp, onAnnounce }: DeskSettingsProps) {
  const { session, speech } = usePlace();
  const may = useMay();
  const { window, moderation } = session.room.value.settings;
  return (
    <div class="room-desk__settings">
      {may("room.configure") && (
        <>
          <Setting
            label={speech.say("desk.window")}
            value={window}
            options={WINDOWS.map((known) => [known, speech.say(`desk.window.${known}`)])}
            onValue={(value) =>
              session.give({ type: "questions.window", window: value as QuestionWindow })
            }
          />
          <Setting
            label={speech.say("desk.moderation")}
            value={moderation}
            options={MODERATIONS.map((known) => [known, speech.say(`desk.moderation.${known}`)])}
            onValue={(value) =>
              session.give({ type: "questions.moderation", moderation: value as Moderation })
            }
          />
        </>
      )}
      {may("announce") && (
        <button
          type="button"
          class="room-button room-button--small room-button--plain"
          onClick={onAnnounce}
        >
          {speech.say("announce.open")}
        </button>
      )}
      <button
        type="button"
        class="room-button room-button--small room-button--plain"
        onClick={onHelp}
      >
        {speech.say("desk.shortcuts")}
      </button>
    </div>
  );
}

interface SettingProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  onValue(value: string): void;
}

function Setting({ label, value, options, onValue }: SettingProps) {
  const id = useId();
  return (
    <span class="room-select">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {options.map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

function NotForYou() {
  const { session, speech } = usePlace();
  return (
    <section class="room-refused">
      <p>{speech.say("desk.not_allowed", { name: session.room.value.name ?? "" })}</p>
      <p>
        <a class="room-button" href={location.pathname.replace(/\/desk$/u, "")}>
          {speech.say("desk.not_allowed.link")}
        </a>
      </p>
    </section>
  );
}
