import { Bell, X } from "lucide-react";
import { useId, useState } from "react";
import { useDates } from "../app/services.tsx";
import { formatInstant } from "../dates/due.ts";
import { formatDuration } from "../dates/rules.ts";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "../ui/Button.tsx";
import { type Draft, type DraftReminder, offeredBefore, reminderAt } from "./draft.ts";

interface RemindersFieldProps {
  draft: Draft;
  change(part: Partial<Draft>): void;
}

export function RemindersField({ draft, change }: RemindersFieldProps) {
  const { editor } = useMessages();
  const id = useId();
  const [atTime, setAtTime] = useState(false);
  const words = useReminderWords();
  const add = (reminder: DraftReminder) => change({ reminders: [...draft.reminders, reminder] });

  function pick(value: string) {
    if (value === "at") setAtTime(true);
    else if (value !== "") add({ key: `new-${value}`, before: value, fired: false });
  }

  return (
    <div className="editor-row">
      <label htmlFor={id} className="editor-label">
        <Bell size={16} aria-hidden="true" />
        {editor.reminders}
      </label>
      <div className="editor-value">
        {draft.reminders.length > 0 && (
          <ul className="chips">
            {draft.reminders.map((reminder) => (
              <li key={reminder.key} className="chip chip-removable">
                {words(reminder)}
                <IconButton
                  label={`${editor.removeReminder}: ${words(reminder)}`}
                  onClick={() => change({ reminders: draft.reminders.filter((other) => other !== reminder) })}
                >
                  <X size={14} />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
        <select id={id} value="" onChange={(event) => pick(event.target.value)}>
          <option value="">{editor.addReminder}</option>
          {offeredBefore(draft).map((before) => (
            <option key={before} value={before}>
              {words({ before, fired: false })}
            </option>
          ))}
          <option value="at">{editor.atTime}</option>
        </select>
        {atTime && (
          <input
            type="datetime-local"
            aria-label={editor.atTime}
            autoFocus
            onBlur={(event) => {
              const reminder = reminderAt(draft, event.target.value, `new-${event.target.value}`);
              if (reminder !== undefined) add(reminder);
              setAtTime(false);
            }}
          />
        )}
        {draft.date === "" && <p className="field-hint">{editor.reminderNeedsDue}</p>}
      </div>
    </div>
  );
}

function useReminderWords() {
  const { editor } = useMessages();
  const dates = useDates();
  return ({ before, at, fired }: Omit<DraftReminder, "key">) => {
    const duration = before === undefined ? undefined : formatDuration(before, dates.locale);
    const when =
      duration === undefined
        ? formatInstant(at ?? "", dates)
        : duration === ""
          ? editor.atDue
          : editor.before(duration);
    return fired ? `${when} (${editor.fired})` : when;
  };
}
