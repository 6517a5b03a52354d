// Drives Firefox for a test in Python: one JSON object a line in, one answer a line out.
//
// Firefox speaks WebDriver BiDi, which Playwright speaks only with a Firefox of its own build; this
// one is the system's.  What is acted on is found as a person finds it, by its role and its name.

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import puppeteer from "puppeteer-core";

const PATIENT_MS = 60_000;
const [executablePath] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const page = await browser.newPage();
page.setDefaultTimeout(PATIENT_MS);

/** What the page said as an error, threw or broke of its policy; and whom it asked for what. */
const complaints = [];
const asked = new Set();
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
page.on("request", (request) => asked.add(request.url()));
await page.evaluateOnNewDocument(() => {
  addEventListener("securitypolicyviolation", (event) => {
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
});

/** Waits for it. Asked seldom: Firefox works out every name on the page for the answer. */
async function named(role, name) {
  const wanted = `::-p-aria([name="${name}"][role="${role}"])`;
  for (const end = Date.now() + PATIENT_MS; Date.now() < end; await sleep(200)) {
    const found = await page.$(wanted).catch(() => null);
    if (found !== null && (await found.isVisible().catch(() => false))) return found;
  }
  throw new Error(`there is no ${role} ${name}`);
}

/** How many visible elements hold the text. Between two pages there is nothing to see. */
const shown = (selector, text) =>
  page
    .evaluate(
      (css, wanted) =>
        [...document.querySelectorAll(css)].filter(
          (one) => one.checkVisibility() && one.textContent.includes(wanted),
        ).length,
      selector,
      text,
    )
    .catch(() => -1);

const acts = {
  open: ({ url }) => page.goto(url).then(() => null),
  fill: async ({ name, text }) => (await named("textbox", name)).type(text),
  click: async ({ role, name }) => (await named(role, name)).click(),
  press: ({ key }) => page.keyboard.press(key),
  shown: ({ selector, text }) => shown(selector, text),
  evaluate: ({ expression }) => page.evaluate(expression),
  complaints: () => complaints,
  asked: () => [...asked],
};

for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...given } = JSON.parse(line);
  const answer = await Promise.resolve(given)
    .then(acts[act])
    .then(
      (value) => ({ value: value ?? null }),
      (error) => ({ error: String(error) }),
    );
  console.log(JSON.stringify(answer));
}
await browser.close();
