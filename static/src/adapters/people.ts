/** Who is in a room, for the desk: asked when the list is opened and on each search. */

import type { OfficeKind } from "../protocol/generated.ts";

export interface PersonHere {
  readonly account: string;
  /** Empty: nobody knows the name any more. */
  readonly name: string;
  readonly organisation: string;
  /** Connected now. */
  readonly here?: boolean;
  readonly office?: OfficeKind;
  /** Moderates this room: cannot be muted or removed. */
  readonly staff?: boolean;
}

export interface PeopleHere {
  readonly people: readonly PersonHere[];
  /** How many match, shown or not. */
  readonly total: number;
}

/** Rejects when the list cannot be had now. */
export async function readPeople(room: string, asked: string): Promise<PeopleHere> {
  const query = new URLSearchParams({ q: asked });
  const address = `/api/v1/rooms/${encodeURIComponent(room)}/people?${query}`;
  const response = await fetch(address, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`people: ${response.status}`);
  return (await response.json()) as PeopleHere;
}
