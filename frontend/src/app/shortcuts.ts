import { useEffect, useRef } from "react";

/** What a key does, by `KeyboardEvent.key`; `Shift+` stands before a key that has no other sign for it, `Alt+` and `Mod+` (Ctrl or Cmd) before any. */
export type Shortcuts = Record<string, () => void>;

/** Single keys that act when nothing is being typed and no dialog is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector("dialog[open], [role=menu]") !== null) return;
      const run = current.current[nameOf(event)];
      if (run === undefined) return;
      event.preventDefault();
      run();
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function nameOf({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): string {
  if (altKey) return `Alt+${key}`;
  if (ctrlKey || metaKey) return `Mod+${key.toLowerCase()}`;
  return shiftKey && key.length > 1 ? `Shift+${key}` : key;
}

/** Boxes to tick take no text: keys act there as elsewhere. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
  );
}

/** Focuses the row after or before the selected one, in the order they are shown. */
export function moveSelection(selected: string | undefined, step: 1 | -1): string | undefined {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-task]")].filter((row) => !row.inert);
  const at = rows.findIndex((row) => row.dataset.task === selected);
  const next = at < 0 ? rows[step === 1 ? 0 : rows.length - 1] : rows[at + step];
  if (next === undefined) return selected;
  next.scrollIntoView({ block: "nearest" });
  next.querySelector<HTMLElement>(".row-title")?.focus();
  return next.dataset.task;
}
