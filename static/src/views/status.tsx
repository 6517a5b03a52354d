/** The connection in words, and what to do when there is none. */

import { useState } from "preact/hooks";
import type { Out } from "../protocol/generated.ts";
import { usePlace } from "./context.ts";
import { signIn } from "./silence.tsx";
import type { TextCode } from "./texts.ts";

/** Always visible while something is wrong; input below stays usable (X9). */
export function ConnectionBar() {
  const { session, speech } = usePlace();
  const status = session.status.value;
  const [read, setRead] = useState(false);
  const waiting = session.entries.value.filter(({ phase }) => phase === "waiting").length;
  if (status.kind === "live" && status.detour === "found" && !read) {
    return <DetourNote onRead={() => setRead(true)} />;
  }
  if (status.kind !== "interrupted") return null;
  return (
    <div class="room-connection" data-testid="connection">
      <p>
        <b>{speech.say("connection.lost")}</b>{" "}
        {waiting > 0 && speech.count("connection.waiting", waiting)}
      </p>
      <button
        type="button"
        class="room-button room-button--small room-button--plain"
        onClick={() => session.hurry()}
      >
        {speech.say("connection.now")}
      </button>
    </div>
  );
}

/** Nothing is wrong: said where it was found out, until it was read. */
function DetourNote({ onRead }: { readonly onRead: () => void }) {
  const { speech } = usePlace();
  return (
    <div class="room-connection room-connection--calm" data-testid="detour">
      <p>{speech.say("connection.detour")}</p>
      <button
        type="button"
        class="room-icon-button"
        aria-label={speech.say("notice.dismiss")}
        onClick={onRead}
      >
        ✕
      </button>
    </div>
  );
}

/** Instead of the room: why not, and the next step. */
export function NotHere() {
  const { session } = usePlace();
  const status = session.status.value;
  if (status.kind === "outdated") return <Stale title="outdated" text="outdated.text" />;
  if (status.kind === "crowded") return <Stale title="crowded" text="crowded.text" />;
  if (status.kind !== "out" && status.kind !== "signed_out") return null;
  return <Refused out={status.out} again={status.kind === "out"} />;
}

/** Of an older server, or one window too many: loading it anew goes on here. */
function Stale({ title, text }: { readonly title: TextCode; readonly text: TextCode }) {
  const { speech } = usePlace();
  return (
    <section class="room-refused" role="alert">
      <h2>{speech.say(title)}</h2>
      <p>{speech.say(text)}</p>
      <div class="room-actions">
        <Reload />
      </div>
    </section>
  );
}

interface RefusedProps {
  readonly out: Out;
  /** Whether to ask again may help: the connection was not closed for good. */
  readonly again: boolean;
}

function Refused({ out, again }: RefusedProps) {
  const { session, speech } = usePlace();
  const why = speech.why(out);
  const otherwise = out.code === "left" ? "out.left.text" : "out.unknown";
  const [first, ...next] = why ?? [speech.say(otherwise)];
  return (
    <section class="room-refused" role="alert">
      <h2>{speech.say(`out.${out.code}`)}</h2>
      <p>{first}</p>
      {out.reason && <p>{speech.say("reason", { reason: out.reason })}</p>}
      {next.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {out.code === "unauthorized" && session.joined.value && <p>{speech.say("out.kept")}</p>}
      <div class="room-actions">
        {why === null ? <Reload /> : <NextPlace step={out.next_step ?? ""} />}
        {again && (
          <button
            type="button"
            class="room-button room-button--plain"
            onClick={() => session.hurry()}
          >
            {speech.say("out.again")}
          </button>
        )}
      </div>
    </section>
  );
}

function Reload() {
  const { speech } = usePlace();
  return (
    <button type="button" class="room-button" onClick={() => location.reload()}>
      {speech.say("reload")}
    </button>
  );
}

/** Where the next step is taken; as on the server's own pages. */
const PLACES: Readonly<Record<string, readonly [page: string, name: TextCode]>> = {
  choose_organisation: ["/profile", "out.profile"],
  choose_project: ["/profile", "out.profile"],
  wait_for_confirmation: ["/profile", "out.profile"],
  attend_regional_conference: ["/events", "out.events"],
  check_address: ["/events", "out.events"],
  ask_organiser: ["/imprint", "out.imprint"],
};

function NextPlace({ step }: { step: string }) {
  const { speech } = usePlace();
  const signs = step === "sign_in" || step === "sign_in_again";
  const place = signs ? ([signIn(), "sign_in"] as const) : PLACES[step];
  if (place === undefined) return null;
  return (
    <a class="room-button" href={place[0]}>
      {speech.say(place[1])}
    </a>
  );
}

export function isOutside(kind: string): boolean {
  return ["out", "signed_out", "outdated", "crowded"].includes(kind);
}
