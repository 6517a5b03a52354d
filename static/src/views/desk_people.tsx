/** People in the room, whoever is under a sanction first, with the measures of moderation. */

import { useEffect, useRef, useState } from "preact/hooks";
import { type PeopleHere, type PersonHere, readPeople } from "../adapters/people.ts";
import type { Room } from "../core/room.ts";
import type { PersonView } from "../protocol/generated.ts";
import { Office } from "./author.tsx";
import { useMay, usePlace } from "./context.ts";
import { SettingsFields } from "./here.tsx";
import { useMeasure } from "./measures.tsx";
import { SearchForm } from "./search_form.tsx";
import type { Speech } from "./texts.ts";

const SEARCH_LONGEST = 200;

/** What the list shows: as it was asked for last. It does not move under the reader's hands. */
interface Found {
  readonly asked: string;
  readonly list: PeopleHere | null;
  readonly failed: boolean;
}

export function DeskPeople({ open }: { open: boolean }) {
  const { session, speech } = usePlace();
  const { found, search } = usePeople(open);
  const room = session.room.value;
  const people = withSanctioned(found, room, session.now());
  return (
    <div class="room-panel__scroll room-here">
      <p class="room-here__count">{speech.count("here.people", room.people.present[0])}</p>
      <search>
        <SearchForm
          label={speech.say("people.search")}
          longest={SEARCH_LONGEST}
          onSearch={search}
        />
      </search>
      <p role="status">{told(found, speech)}</p>
      <ul class="room-mine">
        {people.map((person) => (
          <PersonRow key={person.account} person={person} />
        ))}
      </ul>
      <SettingsFields />
    </div>
  );
}

/** Read the list when the tab is opened and on each search; only the newest answer counts. */
function usePeople(open: boolean) {
  const { roomId } = usePlace();
  const [found, setFound] = useState<Found>({ asked: "", list: null, failed: false });
  const newest = useRef(0);
  const search = async (asked: string): Promise<void> => {
    newest.current += 1;
    const turn = newest.current;
    const answer = await readPeople(roomId, asked).catch(() => null);
    if (turn !== newest.current) return;
    setFound((old) => ({ asked, list: answer ?? old.list, failed: answer === null }));
  };
  useEffect(() => {
    if (open) void search(found.asked);
  }, [open]);
  return { found, search: (asked: string) => void search(asked) };
}

function told({ asked, list, failed }: Found, speech: Speech): string {
  if (failed) return speech.say("people.failed");
  if (list === null) return "";
  const { total, people } = list;
  if (total > people.length) return speech.say("people.more", { shown: people.length, n: total });
  if (asked.trim() === "") return speech.count("people.found", total);
  return speech.count("people.found.for", total, { asked: asked.trim() });
}

function PersonRow({ person }: { person: PersonHere }) {
  const { session, speech } = usePlace();
  const sanction = inForce(session.room.value, person.account, session.now());
  const name = person.name === "" ? speech.say("person.unknown") : person.name;
  const about = [person.organisation, person.here ? "" : speech.say("people.away")];
  return (
    <li class="room-mine__item" data-state={sanction ? "dismissed" : undefined}>
      <p>
        <b>{name}</b> <Office office={person.office} />{" "}
        {about.filter((part) => part !== "").join(" · ")}
      </p>
      {sanction && <p>{state(sanction, speech, session.now())}</p>}
      {sanction?.reason && <p>{speech.say("reason", { reason: sanction.reason })}</p>}
      <Measures person={{ ...person, name }} sanction={sanction} />
    </li>
  );
}

interface MeasuresProps {
  readonly person: PersonHere;
  readonly sanction: PersonView | undefined;
}

function Measures({ person, sanction }: MeasuresProps) {
  const { session, speech } = usePlace();
  const may = useMay();
  const measure = useMeasure();
  const { account, name } = person;
  const cause = { id: account, author: { account, name } };
  const sanctions = may("person.sanction");
  const imposes = sanctions && !person.staff && !sanction?.removed;
  return (
    <div class="room-actions">
      {sanctions && sanction?.muted && (
        <Button
          text={speech.say("person.unmute")}
          of={name}
          act={() => session.give({ type: "person.unmute", account })}
        />
      )}
      {sanctions && sanction?.removed && (
        <Button
          text={speech.say("person.readmit")}
          of={name}
          act={() => session.give({ type: "person.readmit", account })}
        />
      )}
      {imposes && !sanction?.muted && (
        <Button text={speech.say("measure.mute.do")} of={name} act={() => measure("mute", cause)} />
      )}
      {imposes && (
        <Button
          text={speech.say("measure.expel.do")}
          of={name}
          act={() => measure("expel", cause)}
        />
      )}
      {may("words.erase") && (
        <Button text={speech.say("erase")} of={name} act={() => measure("erase", cause)} />
      )}
    </div>
  );
}

/** The visible text first, so that it can be spoken as a command; then whom it is about. */
function Button({ text, of, act }: { text: string; of: string; act: () => void }) {
  return (
    <button
      type="button"
      class="room-button room-button--small room-button--plain"
      aria-label={`${text}: ${of}`}
      onClick={act}
    >
      {text}
    </button>
  );
}

/** A sanction imposed since the list was read stands at its front, so that it can be lifted. */
function withSanctioned({ asked, list }: Found, room: Room, now: number): readonly PersonHere[] {
  const listed = list?.people ?? [];
  if (asked.trim() !== "") return listed;
  const known = new Set(listed.map(({ account }) => account));
  const added = [...room.people.sanctioned.keys()].filter(
    (account) => !known.has(account) && inForce(room, account, now) !== undefined,
  );
  return [...added.map((account) => byWords(room, account)), ...listed];
}

function byWords(room: Room, account: string): PersonHere {
  const message = room.chat.messages.findLast(({ author }) => author?.account === account);
  const questions = [...room.questions.questions.values()];
  const author =
    message?.author ?? questions.find((one) => one.author?.account === account)?.author;
  const office = author?.office === undefined ? {} : { office: author.office };
  const { name = "", organisation = "" } = author ?? {};
  return { account, name, organisation, ...office };
}

function inForce(room: Room, account: string, now: number): PersonView | undefined {
  const view = room.people.sanctioned.get(account);
  if (view === undefined || view.removed) return view;
  return view.muted && (view.muted_until ?? now + 1) > now ? view : undefined;
}

function state(person: PersonView, speech: Speech, now: number): string {
  if (person.removed) return speech.say("person.removed");
  if (person.muted_until === undefined) return speech.say("person.muted");
  return speech.say("person.muted.until", { until: speech.moment(person.muted_until, now) });
}
