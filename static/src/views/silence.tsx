/** Why somebody cannot write now, and what to do about it. */

import type { OwnSanction } from "../protocol/generated.ts";
import { usePlace } from "./context.ts";

export interface Silence {
  /** Absent: until a moderator ends it. */
  readonly until?: number;
  readonly reason: string;
}

export function muted(sanction: OwnSanction | null, now: number): Silence | null {
  if (!sanction?.muted) return null;
  const { muted_until: until, reason = "" } = sanction;
  if (until === undefined) return { reason };
  return until > now ? { until, reason } : null;
}

export function MutedNote({ silence }: { silence: Silence }) {
  const { session, speech } = usePlace();
  const { until, reason } = silence;
  const said =
    until === undefined
      ? speech.say("muted.open")
      : speech.say("muted.until", { until: speech.moment(until, session.now()) });
  return (
    <div class="room-note room-note--warning">
      <p>{said}</p>
      {reason !== "" && <p>{speech.say("reason", { reason })}</p>}
    </div>
  );
}

/** Reading only: a guest, or somebody without the right to write here. */
export function SilentNote() {
  const { session, speech } = usePlace();
  const guest = session.account.value === null;
  return (
    <p class="room-note">
      {speech.say(guest ? "read_only.guest" : "read_only")}{" "}
      {guest && <a href={signIn()}>{speech.say("sign_in")}</a>}
    </p>
  );
}

/** Sign in, and come back here. */
export function signIn(): string {
  return `/sign-in?next=${encodeURIComponent(location.pathname)}`;
}
