import { Repeat as RepeatIcon } from "lucide-react";
import { useId } from "react";
import type { Task } from "../api/types.ts";
import { useDates } from "../app/services.tsx";
import { REPEATS } from "../dates/rules.ts";
import { useMessages } from "../messages/index.tsx";
import { type Draft, draftOf, withRepeat } from "./draft.ts";

interface RepeatFieldProps {
  draft: Draft;
  task: Task;
  onChange(draft: Draft): void;
}

/** The usual repeats. A rule that says more is shown in the server's words and kept until another is picked. */
export function RepeatField({ draft, task, onChange }: RepeatFieldProps) {
  const { editor } = useMessages();
  const { now } = useDates();
  const id = useId();
  const recurrence = task.recurrence;
  const special = draftOf(task, draft.zone).repeat === "kept";
  return (
    <div className="editor-row">
      <label htmlFor={id} className="editor-label">
        <RepeatIcon size={16} aria-hidden="true" />
        {editor.repeat}
      </label>
      <div className="editor-value">
        <select
          id={id}
          value={draft.repeat}
          onChange={(event) => onChange(withRepeat(draft, event.target.value as Draft["repeat"], now))}
        >
          {special && <option value="kept">{recurrence?.text}</option>}
          {REPEATS.map((repeat) => (
            <option key={repeat} value={repeat}>
              {editor.repeats[repeat]}
            </option>
          ))}
        </select>
        {draft.repeat !== "none" && (
          <label className="tick">
            <input
              type="checkbox"
              checked={draft.fromCompletion}
              onChange={(event) => onChange({ ...draft, fromCompletion: event.target.checked })}
            />
            {editor.fromCompletion}
          </label>
        )}
      </div>
    </div>
  );
}
