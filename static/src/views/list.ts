/** Lists of the desk: one tab stop, arrows or j and k move; focus stays in the list (B2.11). */

export function rowsOf(list: Element | null): readonly HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>(":scope > li[data-id]") ?? [])];
}

/** The row a key leads to, or null. */
export function rowForKey(key: string, row: HTMLElement, letters: boolean): HTMLElement | null {
  const rows = rowsOf(row.parentElement);
  const at = rows.indexOf(row);
  if (key === "ArrowDown" || (letters && key === "j")) return rows[at + 1] ?? row;
  if (key === "ArrowUp" || (letters && key === "k")) return rows[Math.max(0, at - 1)] ?? row;
  if (key === "Home") return rows[0] ?? null;
  if (key === "End") return rows.at(-1) ?? null;
  return null;
}

/** After an item is handled, focus goes to the next one, else to the list itself. */
export function focusNeighbour(row: HTMLElement): void {
  const rows = rowsOf(row.parentElement);
  const at = rows.indexOf(row);
  const next = rows[at + 1] ?? rows[at - 1];
  (next ?? row.parentElement)?.focus();
}

/** F6 and Shift+F6: the next or previous region of the desk. */
export function jumpRegion(root: Element, back: boolean): void {
  const regions = [...root.querySelectorAll<HTMLElement>("[data-region]")];
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const step = back ? -1 : 1;
  const next = regions.at((at + step) % regions.length) ?? regions[0];
  const stop = next?.querySelector<HTMLElement>("li[tabindex='0']") ?? next;
  stop?.focus();
}
