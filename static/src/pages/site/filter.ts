/**
 * Narrows a long list of boxes while somebody types. Without scripts the list is simply long; what
 * is ticked is sent either way.
 */

/** Each list has its field before it, hidden until there is somebody to listen to it. */
export function filterLists(page: Document): void {
  for (const list of page.querySelectorAll<HTMLElement>("[data-filtered]")) {
    const field = list.parentElement?.querySelector<HTMLInputElement>("[data-filter]");
    const count = list.parentElement?.querySelector<HTMLElement>("[data-filter-count]");
    const line = field?.closest<HTMLElement>("[hidden]");
    if (!field || !count || !line) continue;
    line.hidden = false;
    field.addEventListener("input", () => {
      const shown = narrow(list, field.value);
      const text = shown === 1 ? count.dataset.one : count.dataset.many;
      count.textContent = field.value ? (text ?? "").replace("{number}", String(shown)) : "";
    });
    // The field is not part of the form: Enter must not save what is still being looked for.
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
}

function narrow(list: HTMLElement, words: string): number {
  const asked = plain(words).split(/\s+/u).filter(Boolean);
  let shown = 0;
  for (const row of list.children) {
    if (!(row instanceof HTMLElement)) continue;
    const text = plain(row.textContent ?? "");
    row.hidden = !asked.every((word) => text.includes(word));
    shown += row.hidden ? 0 : 1;
  }
  return shown;
}

/** As one searches: ü may be written ü or u. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
