import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { length, likeness, linked } from "./text.ts";

test("a family with joiners is one character", () => {
  assert.equal(length("👩‍👩‍👧‍👦 ä".normalize("NFD")), 3);
});

test("http and https addresses become links, without the full stop behind them", () => {
  assert.deepEqual(linked("Siehe https://ulm.example/a?b=1. Danke"), [
    { text: "Siehe " },
    { text: "https://ulm.example/a?b=1", href: "https://ulm.example/a?b=1" },
    { text: ". Danke" },
  ]);
});

test("an address in brackets keeps the brackets outside", () => {
  assert.deepEqual(linked("(http://hof.example)")[1]?.href, "http://hof.example/");
});

for (const text of [
  "javascript:alert(1)",
  "data:text/html,x",
  "https://kts.example@elsewhere.example/",
  "https://",
  "<script>alert(1)</script>",
]) {
  test(`${text} stays text`, () => {
    assert.deepEqual(linked(text), [{ text }]);
  });
}

test("the same question in other words' order is alike", () => {
  assert.ok(likeness("Was kostet der Betrieb im Jahr?", "Was kostet im Jahr der Betrieb?") >= 0.6);
});

test("another question is not alike", () => {
  assert.ok(likeness("Was kostet der Betrieb?", "Welche Lizenz hat die Software?") < 0.2);
});

test("nothing is like nothing", () => {
  assert.equal(likeness("", ""), 0);
});

interface Example {
  readonly name: string;
  readonly typed: string;
  readonly length: number;
}

const EXAMPLES = JSON.parse(
  readFileSync(new URL("../../../tests/conformance/texts.json", import.meta.url), "utf8"),
) as readonly Example[];

for (const example of EXAMPLES) {
  test(`${example.name}: as long here as on the server`, () => {
    assert.equal(length(example.typed), example.length);
  });
}
