import { useCallback, useState } from "react";

export interface Leaving<T> {
  item: T;
  leaving: boolean;
}

/**
 * Keeps items that have left a list in their place until their farewell has been shown; call `gone` when it has. A list of
 * another `scope` (another view, another search) is simply shown: its old items did not leave, the person did.
 */
export function useLeaving<T extends { id: string }>(items: readonly T[], scope: string) {
  const [shown, setShown] = useState(() => ({ scope, items, rows: mergeLeaving<T>([], items) }));
  let current = shown;
  if (shown.items !== items || shown.scope !== scope) {
    // Derived from the last render: React draws again at once, before anything is painted.
    current = { scope, items, rows: mergeLeaving(shown.scope === scope ? shown.rows : [], items) };
    setShown(current);
  }

  const gone = useCallback((id: string) => {
    setShown((last) => ({ ...last, rows: last.rows.filter((row) => row.item.id !== id || !row.leaving) }));
  }, []);

  return { rows: current.rows, gone };
}

/** The new items, with each leaving one after the row it stood behind. */
export function mergeLeaving<T extends { id: string }>(before: readonly Leaving<T>[], items: readonly T[]) {
  const current = new Set(items.map((item) => item.id));
  const behind = new Map<string | undefined, Leaving<T>[]>();
  let anchor: string | undefined;
  for (const row of before) {
    if (current.has(row.item.id)) anchor = row.item.id;
    else behind.set(anchor, [...(behind.get(anchor) ?? []), { item: row.item, leaving: true }]);
  }
  return [
    ...(behind.get(undefined) ?? []),
    ...items.flatMap((item) => [{ item, leaving: false }, ...(behind.get(item.id) ?? [])]),
  ];
}
