import assert from "node:assert/strict";
import { test } from "node:test";
import { type Announcement, Announcer, type Level, type News } from "./announcer.ts";

const counted = (messages: number): string => `${messages} neue Nachrichten`;
const message: News = { kind: "message", name: "Bauamt Hof", text: "Guten Morgen" };

/** Let time pass in steps of 50 ms, with a message in each `every`-th; collect what is said. */
function listen(level: Level, milliseconds: number, every: number): readonly Announcement[] {
  const announcer = new Announcer(level, counted);
  const said: Announcement[] = [];
  for (let now = 0; now <= milliseconds; now += 50) {
    said.push(...announcer.due(now));
    if (now < milliseconds && now % every === 0) said.push(...announcer.hear(message, now));
  }
  return said;
}

test("T-A1: 20 messages a second for a minute are 10 to 12 polite announcements in summary", () => {
  const said = listen("summary", 60_000, 50);
  assert.ok(said.length >= 10 && said.length <= 12, `${said.length}`);
  assert.ok(said.every(({ urgency }) => urgency === "polite"));
  assert.ok(said.every(({ text }) => /^\d+ neue Nachrichten$/u.test(text)));
});

test("one message in five seconds is read with its name", () => {
  assert.deepEqual(listen("summary", 5_000, 10_000), [
    { urgency: "polite", text: "Bauamt Hof: Guten Morgen" },
  ]);
});

test("a long message is read up to two hundred characters", () => {
  const announcer = new Announcer("summary", counted);
  announcer.hear({ kind: "message", name: "Hof", text: "x".repeat(500) }, 0);
  assert.equal(announcer.due(5_000)[0]?.text.length, 200);
});

test("everything: every two seconds at most five texts, then a number", () => {
  const said = listen("everything", 2_000, 200);
  assert.equal(said.length, 1);
  const text = said[0]?.text ?? "";
  assert.equal(text.split("Guten Morgen").length - 1, 5);
  assert.ok(text.endsWith("5 neue Nachrichten"));
});

test("personal: messages are silent, the fate of my question is said at once", () => {
  const announcer = new Announcer("personal", counted);
  assert.deepEqual(announcer.hear(message, 0), []);
  assert.equal(announcer.nextAt(), null);
  assert.deepEqual(announcer.hear({ kind: "stage", text: "Jetzt dran: …" }, 0), []);
  assert.deepEqual(announcer.hear({ kind: "personal", text: "Ihre Frage ist dran" }, 0), [
    { urgency: "polite", text: "Ihre Frage ist dran" },
  ]);
});

test("off: only what went wrong is said, and that assertively", () => {
  const announcer = new Announcer("off", counted);
  assert.deepEqual(announcer.hear({ kind: "personal", text: "…" }, 0), []);
  assert.deepEqual(announcer.hear({ kind: "urgent", text: "Zu lang" }, 0), [
    { urgency: "assertive", text: "Zu lang" },
  ]);
});

test("nothing waits, so nothing is due", () => {
  assert.deepEqual(new Announcer("summary", counted).due(10_000), []);
});

test("turned off while messages wait: they are not read", () => {
  const announcer = new Announcer("summary", counted);
  announcer.hear(message, 0);
  announcer.level = "off";
  assert.deepEqual(announcer.due(5_000), []);
});
