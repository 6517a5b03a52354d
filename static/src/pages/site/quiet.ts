/**
 * Forms that change a small part of the page (`data-quiet`): sent without leaving it. The server
 * answers with the page as ever; of it only the parts of the form's name are put in their places,
 * so that place, scroll position and everything else typed stay.
 */

/** A page of ours, as the server answers a form; null: it could not be reached. */
export type Send = (action: string, body: URLSearchParams) => Promise<Document | null>;

export function sendQuietly(page: Document, send: Send = post): void {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.quiet === undefined) return;
    event.preventDefault();
    if (form.dataset.sending !== undefined) return;
    form.dataset.sending = "";
    void quietly(page, form, event.submitter, send).finally(() => {
      delete form.dataset.sending;
    });
  });
  countDown(page);
}

async function quietly(
  page: Document,
  form: HTMLFormElement,
  button: HTMLElement | null,
  send: Send,
): Promise<void> {
  const answer = await send(form.action, typedInto(form, button));
  if (answer === null) return say(form);
  const parts = smallestIn(answer, form);
  if (parts === null) {
    // Another page (sign in again, gone): shown as if nothing had been quiet.
    delete form.dataset.quiet;
    return form.requestSubmit(button);
  }
  const fresh = answer.querySelectorAll<HTMLElement>(parts);
  const before = page.activeElement?.id;
  const made = [...page.querySelectorAll<HTMLElement>(parts)].map((old, index) => {
    const part = page.importNode(fresh[index] ?? (fresh[0] as HTMLElement), true);
    old.replaceWith(part);
    return part;
  });
  focusIn(page, made, before);
}

/** The form's part; where the answer has it no more (taken out of a list), the part around it. */
function smallestIn(answer: Document, form: HTMLElement): string | null {
  let part = form.closest<HTMLElement>("[data-part]");
  while (part) {
    const selector = `[data-part="${CSS.escape(part.dataset.part ?? "")}"]`;
    if (answer.querySelector(selector)) return selector;
    part = part.parentElement?.closest<HTMLElement>("[data-part]") ?? null;
  }
  return null;
}

function typedInto(form: HTMLFormElement, button: HTMLElement | null): URLSearchParams {
  const fields = [...new FormData(form, button)];
  return new URLSearchParams(fields.map(([name, value]) => [name, String(value)]));
}

/** What is wrong or what happened, else where the reader was, else the part itself. */
function focusIn(page: Document, parts: readonly HTMLElement[], before: string | undefined): void {
  const told = parts.map((part) => part.querySelector<HTMLElement>("[data-focus]")).find(Boolean);
  const same = before ? page.getElementById(before) : null;
  (told ?? same ?? parts[0])?.focus();
}

function say(form: HTMLFormElement): void {
  const place = form.querySelector("[data-said]");
  if (place) place.textContent = form.dataset.failed ?? "";
}

function post(action: string, body: URLSearchParams): Promise<Document | null> {
  return new Promise((done) => {
    // As a document: the policy of our pages lets no text become markup (`trusted-types 'none'`).
    const asked = new XMLHttpRequest();
    asked.responseType = "document";
    asked.onloadend = () => done(asked.responseXML);
    asked.open("POST", action);
    asked.send(body);
  });
}

/** How much may still be written into a field that says so (`data-limit`). */
function countDown(page: Document): void {
  page.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLTextAreaElement) || !target.dataset.limit) return;
    const place = target.parentElement?.querySelector<HTMLElement>("[data-left]");
    if (!place) return;
    const left = Number(target.dataset.limit) - [...target.value.trim()].length;
    const words = (left < 0 ? place.dataset.over : place.dataset.left) ?? "";
    place.textContent = words.replace("{number}", String(Math.abs(left)));
  });
}
