import { CornerDownRight, CornerLeftUp, ListTree, Plus } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useId, useState } from "react";
import type { Task } from "../api/types.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import type { TaskActions } from "./actions.ts";
import { CheckButton } from "./CheckButton.tsx";
import { useTasks } from "./queries.ts";

interface SubtasksFieldProps {
  task: Task;
  actions: TaskActions;
  onOpen(task: Task): void;
}

const MOST = 200;

/** The parts of a task: each is a task of its own and is saved at once. */
export function SubtasksField({ task, actions, onOpen }: SubtasksFieldProps) {
  const { editor, tasks: words } = useMessages();
  const id = useId();
  const [title, setTitle] = useState("");
  const [busy, setBusy] = useState(false);
  const query = useTasks({ view: "any", parent: task.id, sort: "position", limit: MOST });
  const parts = query.data?.pages.flatMap((page) => page.data) ?? [];

  async function add() {
    if (title.trim() === "" || busy) return;
    setBusy(true);
    const made = await actions.createPart(task, title.trim());
    setBusy(false);
    if (made) setTitle("");
  }

  function addOnEnter(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    // Enter in this field adds a part; it does not save the task.
    event.preventDefault();
    void add();
  }

  return (
    <div className="editor-row">
      <label htmlFor={id} className="editor-label">
        <ListTree size={16} aria-hidden="true" />
        {editor.subtasks}
      </label>
      <div className="editor-value">
        {parts.length > 0 && (
          <ul className="parts">
            {parts.map((part) => {
              const done = part.status === "completed";
              return (
                <li key={part.id} data-done={done || undefined}>
                  <CheckButton
                    done={done}
                    priority={part.priority}
                    label={done ? words.reopen(part.title) : words.complete(part.title)}
                    onToggle={() => void (done ? actions.reopen(part) : actions.complete(part))}
                  />
                  <button type="button" className="part-title" onClick={() => onOpen(part)}>
                    {part.title}
                  </button>
                </li>
              );
            })}
          </ul>
        )}
        <div className="part-new">
          <Plus size={16} aria-hidden="true" />
          <input
            id={id}
            value={title}
            placeholder={editor.addSubtask}
            maxLength={500}
            autoComplete="off"
            enterKeyHint="done"
            aria-busy={busy}
            onChange={(event) => setTitle(event.target.value)}
            onKeyDown={addOnEnter}
            onBlur={() => void add()}
          />
        </div>
      </div>
    </div>
  );
}

interface ParentLineProps {
  task: Task;
  onOpen(task: Task): void;
  onSeparate(): void;
}

/** What the task is a part of, and the way out of it. */
export function ParentLine({ task, onOpen, onSeparate }: ParentLineProps) {
  const { editor } = useMessages();
  const { api } = useServices();
  const parent = useQuery({
    queryKey: ["task", task.parent_id],
    queryFn: ({ signal }) => api.task(task.parent_id ?? "", signal),
    enabled: task.parent_id !== null,
  }).data;
  if (task.parent_id === null || parent === undefined) return null;
  return (
    <div className="parent-line">
      <CornerDownRight size={15} aria-hidden="true" />
      <span>{editor.partOf}</span>
      <button type="button" className="link" onClick={() => onOpen(parent)}>
        {parent.title}
      </button>
      <Button variant="quiet" icon={<CornerLeftUp size={15} aria-hidden="true" />} onClick={onSeparate}>
        {editor.separate}
      </Button>
    </div>
  );
}
