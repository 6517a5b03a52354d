// Browser and server fold the same histories (tests/conformance, made by the Python side).

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { EMPTY, type Folded, fold, type Room } from "./room.ts";

const FOLDER = new URL("../../../tests/conformance/histories/", import.meta.url);

interface Story {
  readonly frames: readonly Folded[];
  readonly expected: Readonly<Record<string, unknown>>;
}

interface History {
  readonly name: string;
  readonly streams: Readonly<Record<string, Story>>;
}

const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
assert.ok(names.length >= 40, "the histories are missing");

for (const name of names) {
  const history = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as History;
  for (const [stream, { frames, expected }] of Object.entries(history.streams)) {
    test(`${history.name} folds to what the ${stream} viewer may see`, () => {
      assert.deepEqual(told(frames.reduce(fold, EMPTY)), expected);
    });
  }
}

const COUNTED = ["published", "on_air", "answered"];

/** The state in the words of the histories' README. */
function told(room: Room): unknown {
  const { questions, scores } = room.questions;
  const { mine } = room;
  const counted = [...scores.values()].filter(([id]) =>
    COUNTED.includes(questions.get(id)?.state ?? ""),
  );
  const own = [...mine.questions.values(), ...mine.votes.values()];
  return {
    at: room.at,
    may: [...room.may],
    name: room.name,
    settings: room.settings,
    messages: room.chat.messages,
    older: room.chat.older,
    questions: byId([...questions.values()], ({ id }) => id),
    people: byId([...room.people.sanctioned.values()], ({ id }) => id),
    scores: byId(counted, ([id]) => id),
    present: room.people.present,
    stage: room.stage,
    announcement: room.announcement,
    notes: [...room.notes.values()],
    mine: byId([...own, ...(mine.sanction ? [mine.sanction] : [])], ({ k, id }) => `${k} ${id}`),
  };
}

function byId<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
