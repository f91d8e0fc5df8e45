import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { Check, Lock, X } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import type { Task } from "../api/types.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "../ui/Button.tsx";
import { TASKS } from "./cache.ts";
import type { Draft } from "./draft.ts";

interface BlockedByFieldProps {
  task: Task;
  draft: Draft;
  change(part: Partial<Draft>): void;
  onOpen(task: Task): void;
}

const OFFERED = 6;

/** The tasks that come first, picked by their words: a combobox after the ARIA pattern. Circles the server refuses. */
export function BlockedByField({ task, draft, change, onOpen }: BlockedByFieldProps) {
  const { editor } = useMessages();
  const { api } = useServices();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const first = useQueries({
    queries: draft.blockedBy.map((other) => ({
      queryKey: ["task", other],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.task(other, signal),
    })),
  });
  const words = typed.trim();
  const found = useQuery({
    queryKey: [`${TASKS}-to-wait-for`, words],
    // Some more than are offered: the task itself, and those that it waits for already, are left out.
    queryFn: ({ signal }) => api.tasks({ q: words, limit: 30 }, signal),
    enabled: open && words !== "",
    placeholderData: keepPreviousData,
  });
  const offered =
    open && words !== ""
      ? (found.data?.data ?? [])
          .filter((other) => other.id !== task.id && !draft.blockedBy.includes(other.id))
          .slice(0, OFFERED)
      : [];
  const shown = offered.length > 0;
  const current = offered[Math.min(active, offered.length - 1)];
  const nothing = open && words !== "" && found.isSuccess && !found.isPlaceholderData && !shown;

  function pick(other: Task) {
    change({ blockedBy: [...draft.blockedBy, other.id] });
    setTyped("");
    setActive(0);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    const { key } = event;
    if (event.nativeEvent.isComposing) return;
    if ((key === "ArrowDown" || key === "ArrowUp") && shown) {
      event.preventDefault();
      const step = key === "ArrowDown" ? 1 : -1;
      setActive((last) => (Math.min(last, offered.length - 1) + step + offered.length) % offered.length);
    } else if (key === "Enter") {
      // Enter in this field picks; it does not save the task.
      event.preventDefault();
      if (current !== undefined) pick(current);
    } else if (key === "Escape" && words !== "") {
      // The first closes what is offered, the next the editor.
      event.preventDefault();
      event.stopPropagation();
      setTyped("");
    } else if (key === "Backspace" && typed === "" && draft.blockedBy.length > 0) {
      change({ blockedBy: draft.blockedBy.slice(0, -1) });
    }
  }

  return (
    <div className="editor-row">
      <label htmlFor={id} className="editor-label">
        <Lock size={16} aria-hidden="true" />
        {editor.blockedBy}
      </label>
      <div className="editor-value blockers">
        {draft.blockedBy.length > 0 && (
          <ul className="chips">
            {draft.blockedBy.map((other, index) => {
              const known = first[index]?.data;
              const title = known?.title ?? "…";
              return (
                <li key={other} className="chip chip-removable" data-done={isOver(known) || undefined}>
                  <button
                    type="button"
                    className="blocker"
                    disabled={known === undefined}
                    onClick={() => known !== undefined && onOpen(known)}
                  >
                    {isOver(known) && <Check size={14} aria-hidden="true" />}
                    <span>{title}</span>
                  </button>
                  <IconButton
                    label={editor.removeBlocker(title)}
                    onClick={() => change({ blockedBy: draft.blockedBy.filter((one) => one !== other) })}
                  >
                    <X size={14} />
                  </IconButton>
                </li>
              );
            })}
          </ul>
        )}
        <input
          id={id}
          type="text"
          role="combobox"
          aria-expanded={shown}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shown ? `${id}-${current?.id}` : undefined}
          value={typed}
          placeholder={editor.addBlocker}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => {
            setTyped(event.target.value);
            setActive(0);
            setOpen(true);
          }}
          onBlur={() => setOpen(false)}
          onFocus={() => setOpen(true)}
          onKeyDown={onKeyDown}
        />
        <ul
          id={`${id}-list`}
          role="listbox"
          aria-label={editor.blockedBy}
          className="blockers-offered"
          hidden={!shown}
          // A press must not take the focus from the input.
          onPointerDown={(event) => event.preventDefault()}
        >
          {offered.map((other) => (
            <li
              key={other.id}
              id={`${id}-${other.id}`}
              role="option"
              aria-selected={other === current}
              onClick={() => pick(other)}
            >
              {other.title}
            </li>
          ))}
        </ul>
        {nothing && (
          <p className="field-hint" role="status">
            {editor.noBlocker}
          </p>
        )}
      </div>
    </div>
  );
}

/** Nobody waits for it any more. */
function isOver(task: Task | undefined): boolean {
  return task !== undefined && (task.status === "completed" || task.trashed_at !== undefined);
}
