/**
 * Puts a part of the page anew in its place, as the server renders it now, with the reader's own
 * rights.
 */
import { reread } from "../../adapters/reread.ts";

/** The new part, in place; null where the server gives none (offline, or not for this reader). */
export async function renew(
  page: Document,
  selector: string,
  from = page.location.href,
): Promise<HTMLElement | null> {
  const fresh = await reread(from);
  const after = fresh?.querySelector<HTMLElement>(selector);
  const before = page.querySelector<HTMLElement>(selector);
  if (!after || !before) return null;
  const active = page.activeElement;
  const held = focusIn(before);
  const opened = [...before.querySelectorAll<HTMLDetailsElement>("details[id][open]")];
  const made = page.importNode(after, true);
  keepTyped(before, made);
  keepUploads(before, made);
  before.replaceWith(made);
  for (const { id } of opened) made.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  // Whoever was at a link keeps it under the finger.
  if (active instanceof HTMLElement && made.contains(active)) active.focus();
  else if (held) made.querySelector<HTMLElement>(held)?.focus();
  return made;
}

/** What somebody typed or chose is theirs, whatever the server renders. */
function keepTyped(before: HTMLElement, after: HTMLElement): void {
  const fields = "input[id], textarea[id]";
  for (const old of before.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(fields)) {
    const same = after.querySelector<HTMLInputElement>(`#${CSS.escape(old.id)}`);
    if (same === null || same.type === "hidden" || same.type === "file") continue;
    if (old.value !== old.defaultValue) same.value = old.value;
    if (old instanceof HTMLInputElement && old.checked !== old.defaultChecked) {
      same.checked = old.checked;
    }
  }
}

/** A form that uploads stays the same node: a chosen file cannot be put into another one. */
function keepUploads(before: HTMLElement, after: HTMLElement): void {
  for (const old of before.querySelectorAll<HTMLFormElement>("form[data-upload]")) {
    const { upload = "" } = old.dataset;
    after.querySelector(`form[data-upload="${CSS.escape(upload)}"]`)?.replaceWith(old);
  }
}

function focusIn(part: HTMLElement): string | null {
  const active = part.ownerDocument.activeElement;
  if (active === null || !part.contains(active)) return null;
  if (active.id) return `#${CSS.escape(active.id)}`;
  const href = active.getAttribute("href");
  return href === null ? null : `a[href="${CSS.escape(href)}"]`;
}

/**
 * Parts that are renewed from time to time, while somebody looks: `data-every` in seconds;
 * `data-address`, where the page's address may be that of an act.
 */
export function keepFresh(page: Document): void {
  const part = page.querySelector<HTMLElement>("[data-fresh]");
  const seconds = Number(part?.dataset.every);
  if (!part || !seconds) return;
  const selector = `[data-fresh="${part.dataset.fresh}"]`;
  setInterval(() => {
    if (!page.hidden) void renew(page, selector, part.dataset.address);
  }, seconds * 1_000);
}
