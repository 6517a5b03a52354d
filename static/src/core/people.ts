/** People: how many are here, and (desk only) who is under a sanction. */

import type { PersonView, Present } from "../protocol/generated.ts";

export interface People {
  readonly sanctioned: ReadonlyMap<string, PersonView>;
  readonly present: Present;
}

export const NOBODY: People = { sanctioned: new Map(), present: [0, -1] };

export function fromSnapshot(people: readonly PersonView[], present: Present): People {
  return { sanctioned: new Map(people.map((view) => [view.id, view])), present };
}

export function putPerson(state: People, view: PersonView): People {
  return { ...state, sanctioned: new Map(state.sanctioned).set(view.id, view) };
}

export function dropPerson(state: People, id: string): People {
  if (!state.sanctioned.has(id)) return state;
  const sanctioned = new Map(state.sanctioned);
  sanctioned.delete(id);
  return { ...state, sanctioned };
}

export function putPresent(state: People, present: Present): People {
  return present[1] >= state.present[1] ? { ...state, present } : state;
}
