import { Flag, Hash, X } from "lucide-react";
import { useId, useState } from "react";
import type { Priority } from "../api/types.ts";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "../ui/Button.tsx";
import { type Draft, withTag } from "./draft.ts";

const PRIORITIES: readonly Priority[] = ["low", "medium", "high"];

export function PriorityField({ value, onChange }: { value: Priority; onChange(priority: Priority): void }) {
  const { editor, tasks } = useMessages();
  const name = useId();
  return (
    <fieldset className="editor-row">
      <legend>
        <Flag size={16} aria-hidden="true" />
        {editor.priority}
      </legend>
      <div className="segments">
        {PRIORITIES.map((priority) => (
          <label key={priority} className="segment" data-priority={priority}>
            <input
              type="radio"
              name={name}
              checked={value === priority}
              onChange={() => onChange(priority)}
            />
            {tasks[priority]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function TagsField({ draft, onChange }: { draft: Draft; onChange(draft: Draft): void }) {
  const { editor } = useMessages();
  const id = useId();
  const [typed, setTyped] = useState("");

  function add() {
    if (typed.trim() !== "") onChange(withTag(draft, typed));
    setTyped("");
  }

  return (
    <div className="editor-row">
      <label htmlFor={id} className="editor-label">
        <Hash size={16} aria-hidden="true" />
        {editor.tags}
      </label>
      <div className="editor-value editor-tags">
        {draft.tags.map((tag) => (
          <span key={tag} className="chip chip-removable">
            #{tag}
            <IconButton
              label={editor.removeTag(tag)}
              onClick={() => onChange({ ...draft, tags: draft.tags.filter((other) => other !== tag) })}
            >
              <X size={14} />
            </IconButton>
          </span>
        ))}
        <input
          id={id}
          value={typed}
          placeholder={editor.addTag}
          maxLength={100}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === "Backspace" && typed === "" && draft.tags.length > 0) {
              onChange({ ...draft, tags: draft.tags.slice(0, -1) });
            }
            if (event.key !== "Enter" && event.key !== ",") return;
            if (event.key === "Enter" && typed.trim() === "") return;
            event.preventDefault();
            add();
          }}
        />
      </div>
    </div>
  );
}
