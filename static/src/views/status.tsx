/** The connection in words, and what to do when there is none. */

import { usePlace } from "./context.ts";
import { signIn } from "./silence.tsx";

/** Always visible while something is wrong; input below stays usable (X9). */
export function ConnectionBar() {
  const { session, speech } = usePlace();
  const status = session.status.value;
  const waiting = session.entries.value.filter(({ phase }) => phase === "waiting").length;
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

/** Instead of the room: why not, and the next step. */
export function NotHere() {
  const { session, speech } = usePlace();
  const status = session.status.value;
  if (status.kind === "signed_out") {
    return (
      <Refused title={speech.say("signed_out")} text={speech.say("signed_out.text")}>
        <a class="room-button" href={signIn()}>
          {speech.say("sign_in")}
        </a>
      </Refused>
    );
  }
  if (status.kind === "outdated") {
    return <Reload title={speech.say("outdated")} text={speech.say("outdated.text")} />;
  }
  if (status.kind === "crowded") {
    return <Reload title={speech.say("crowded")} text={speech.say("crowded.text")} />;
  }
  if (status.kind !== "out") return null;
  const { code } = status.out;
  return (
    <Refused title={speech.say(`out.${code}`)} text={speech.say(`out.${code}.text`)}>
      {code === "unauthorized" && (
        <a class="room-button" href={signIn()}>
          {speech.say("sign_in")}
        </a>
      )}
      {code !== "banned" && (
        <button
          type="button"
          class="room-button room-button--plain"
          onClick={() => session.hurry()}
        >
          {speech.say("out.again")}
        </button>
      )}
      {/* The server's page says which rule decided, and the next step for this person. */}
      {code === "forbidden" && (
        <button type="button" class="room-button" onClick={() => location.reload()}>
          {speech.say("out.explain")}
        </button>
      )}
    </Refused>
  );
}

function Reload({ title, text }: { readonly title: string; readonly text: string }) {
  const { speech } = usePlace();
  return (
    <Refused title={title} text={text}>
      <button type="button" class="room-button" onClick={() => location.reload()}>
        {speech.say("reload")}
      </button>
    </Refused>
  );
}

interface RefusedProps {
  readonly title: string;
  readonly text: string;
  readonly children: preact.ComponentChildren;
}

function Refused({ title, text, children }: RefusedProps) {
  return (
    <section class="room-refused" role="alert">
      <h2>{title}</h2>
      <p>{text}</p>
      <div class="room-actions">{children}</div>
    </section>
  );
}

export function isOutside(kind: string): boolean {
  return ["out", "signed_out", "outdated", "crowded"].includes(kind);
}
