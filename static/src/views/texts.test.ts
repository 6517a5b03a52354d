// Every code has a text in both languages, and every text is used.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { CODES } from "../protocol/generated.ts";
import { Speech, type Texts } from "./texts.ts";

const ROOT = new URL("../../", import.meta.url);

function table(language: string, name: string): Readonly<Record<string, string>> {
  const file = new URL(`i18n/${language}/${name}.json`, ROOT);
  return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
}

const room = {
  de: { ...table("de", "room"), ...table("de", "offices") },
  en: { ...table("en", "room"), ...table("en", "offices") },
};
const access = { de: table("de", "access"), en: table("en", "access") };
const refusals = { de: table("de", "refusals"), en: table("en", "refusals") };

/** The client's source without its tests: where codes are used. */
const source = readdirSync(new URL("src/", ROOT), { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/u.test(name) && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(new URL(`src/${name}`, ROOT), "utf8"))
  .join("\n");

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/gu)].map((found) => found[1] ?? "").toSorted();
}

/** Beginnings of codes that the source puts together: `window.${…}`. */
const families = [...source.matchAll(/`([\w.]+\.)\$\{[^}]+\}((?:\.\w+)?)`/gu)];

/** Whether a code stands in the source: itself, as a count, or put together. */
function isUsed(code: string): boolean {
  const base = code.replace(/\.(one|other)$/u, "");
  return source.includes(`"${base}"`) || families.some(([, head, tail]) => fits(base, head, tail));
}

function fits(code: string, head = "", tail = ""): boolean {
  const middle = code.slice(head.length, code.length - tail.length);
  return code.startsWith(head) && code.endsWith(tail) && /^\w+$/u.test(middle);
}

test("both languages have the same codes", () => {
  assert.deepEqual(Object.keys(room.de), Object.keys(room.en));
  assert.deepEqual(Object.keys(refusals.de), Object.keys(refusals.en));
});

test("both languages name the same values", () => {
  for (const [de, en] of [
    [room.de, room.en],
    [refusals.de, refusals.en],
  ] as const) {
    for (const [code, text] of Object.entries(de)) {
      assert.deepEqual(placeholders(text), placeholders(en[code] ?? ""), code);
    }
  }
});

test("every refusal of the server has a text", () => {
  assert.deepEqual(
    CODES.filter((code) => !(code in refusals.de)),
    [],
  );
});

test("every reason of the policy is said in both languages, with its next step", () => {
  const ends = (family: string): string[] =>
    Object.keys(access.de).filter((code) => code.startsWith(family));
  for (const language of ["de", "en"] as const) {
    const texts = { language, access: access[language] } as unknown as Texts;
    const speech = new Speech(texts);
    for (const rule of ends("rule.")) {
      for (const step of ends("step.")) {
        const reason = { rule: rule.slice(5), next_step: step.slice(5) };
        const said = [access[language][rule], access[language][step]];
        assert.deepEqual(speech.why(reason), said);
      }
    }
    assert.equal(speech.why({ rule: "a_newer_one" }), null);
  }
});

test("every text is used", () => {
  assert.deepEqual(
    Object.keys(room.de).filter((code) => !isUsed(code)),
    [],
  );
});

test("refusals say what is known: the limit, the seconds, until when, who", () => {
  const texts = { language: "de", room: room.de, refusals: refusals.de } as unknown as Texts;
  const speech = new Speech(texts);
  const now = Date.UTC(2022, 2, 29, 8, 0);
  assert.match(speech.refusal({ code: "too_long", limit: 500 }, now), /500 Zeichen/u);
  assert.match(speech.refusal({ code: "rate_limited", retry_after_ms: 7_200 }, now), /in 8 s/u);
  assert.match(speech.refusal({ code: "muted", until: now + 600_000 }, now), /bis 10:10 Uhr/u);
  assert.match(speech.refusal({ code: "muted" }, now), /zurzeit nicht schreiben/u);
  assert.match(speech.refusal({ code: "conflict", by: "Moderation" }, now), /^Moderation war/u);
  assert.equal(speech.zone(now), "MESZ");
});
