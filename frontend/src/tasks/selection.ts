/** Which tasks are picked, to do one thing to all of them. */
import { createStore } from "../ui/store.ts";

export interface Selection {
  /** Rows are for picking, though none may be picked yet. */
  on: boolean;
  ids: ReadonlySet<string>;
  /** Where a range begins. */
  anchor: string | undefined;
}

export const NONE: Selection = { on: false, ids: new Set(), anchor: undefined };

export const selection = createStore<Selection>(NONE);

export function toggled(from: Selection, id: string): Selection {
  const ids = new Set(from.ids);
  if (!ids.delete(id)) ids.add(id);
  return { on: true, ids, anchor: id };
}

/** What is picked, and all from the anchor to a row, in the order they are shown. */
export function extended(from: Selection, order: readonly string[], id: string): Selection {
  const [a, b] = [order.indexOf(from.anchor ?? id), order.indexOf(id)];
  if (a < 0 || b < 0)
    return toggled({ ...from, ids: new Set([...from.ids].filter((one) => one !== id)) }, id);
  const range = order.slice(Math.min(a, b), Math.max(a, b) + 1);
  return { on: true, ids: new Set([...from.ids, ...range]), anchor: from.anchor ?? id };
}

/** The ids of the rows as they stand on the page. */
export function shownOrder(): string[] {
  return [...document.querySelectorAll<HTMLElement>("[data-task]")]
    .filter((row) => !row.inert)
    .map((row) => row.dataset.task ?? "");
}

export function pick(id: string, range = false): void {
  selection.set((last) => (range ? extended(last, shownOrder(), id) : toggled(last, id)));
}

export function pickAll(): void {
  selection.set((last) => ({ ...last, on: true, ids: new Set(shownOrder()) }));
}

export function endPicking(): void {
  selection.set(() => NONE);
}
