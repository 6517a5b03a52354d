/** Lists of the desk: one tab stop, arrows or j and k move; focus stays in the list (B2.11). */

export function rowsOf(list: Element | null): readonly HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>(":scope > li[data-id]") ?? [])];
}

/** The row a key leads to, or null. `row` is the present one; none while the list has the focus. */
export function rowForKey(
  key: string,
  list: Element | null,
  row: HTMLElement | null,
  letters: boolean,
): HTMLElement | null {
  const rows = rowsOf(list);
  const at = row === null ? -1 : rows.indexOf(row);
  if (key === "ArrowDown" || (letters && key === "j")) return rows[at + 1] ?? row;
  if (key === "ArrowUp" || (letters && key === "k")) return rows[Math.max(0, at - 1)] ?? row;
  if (key === "Home") return rows[0] ?? null;
  if (key === "End") return rows.at(-1) ?? null;
  return null;
}

/**
 * After an item is handled, focus goes to the next one; from the last one of its list to the next
 * list of the region; else it stays in the list, or in the region where the list folds away.
 */
export function focusNeighbour(row: HTMLElement): void {
  const rows = rowsOf(row.parentElement);
  const at = rows.indexOf(row);
  const region = row.closest<HTMLElement>("[data-region]");
  const rest = row.closest("details") === null ? row.parentElement : region;
  (rows[at + 1] ?? rows[at - 1] ?? stopBeside(row, region) ?? rest)?.focus();
}

/** The first stop of another list in the region that is not folded away. */
function stopBeside(row: HTMLElement, region: HTMLElement | null): HTMLElement | undefined {
  const stops = region?.querySelectorAll<HTMLElement>("li[tabindex='0']") ?? [];
  return [...stops].find((stop) => stop !== row && stop.closest("details:not([open])") === null);
}

/** F6 and Shift+F6: the next or previous region of the desk. */
export function jumpRegion(root: Element, back: boolean): void {
  const regions = [...root.querySelectorAll<HTMLElement>("[data-region]")];
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const target = back ? Math.max(at, 0) - 1 : (at + 1) % regions.length;
  const next = regions.at(target);
  const stop = next?.querySelector<HTMLElement>("li[tabindex='0']") ?? next;
  stop?.focus();
}
