import { Bell, X } from "lucide-react";
import { useId, useState } from "react";
import { useDates } from "../app/services.tsx";
import { formatInstant } from "../dates/due.ts";
import { formatDuration } from "../dates/rules.ts";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "../ui/Button.tsx";
import { type Draft, type DraftReminder, offeredBefore, reminderAt } from "./draft.ts";

/** How often a reminder may come again until its task is done, as ISO 8601 durations. */
const NAGS = ["PT5M", "PT15M", "PT1H", "P1D"];

interface RemindersFieldProps {
  draft: Draft;
  change(part: Partial<Draft>): void;
}

export function RemindersField({ draft, change }: RemindersFieldProps) {
  const { editor } = useMessages();
  const id = useId();
  const [atTime, setAtTime] = useState(false);
  const words = useReminderWords();
  const { locale } = useDates();
  const add = (reminder: DraftReminder) => change({ reminders: [...draft.reminders, reminder] });

  const pending = draft.reminders.filter((reminder) => !reminder.fired);
  const again = pending.find((reminder) => reminder.repeat !== undefined)?.repeat ?? "";

  /** Says for all that are still to come whether they come again until the task is done. */
  function nag(repeat: string) {
    const said = (reminder: DraftReminder) =>
      reminder.fired ? reminder : { ...reminder, repeat: repeat === "" ? undefined : repeat };
    change({ reminders: draft.reminders.map(said) });
  }

  function pick(value: string) {
    if (value === "at") setAtTime(true);
    else if (value !== "")
      add({ key: `new-${value}`, before: value, repeat: again || undefined, fired: false });
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
              if (reminder !== undefined) add({ ...reminder, repeat: again || undefined });
              setAtTime(false);
            }}
          />
        )}
        {pending.length > 0 && (
          <label className="nag">
            <span>{editor.nag}</span>
            <select value={again} onChange={(event) => nag(event.target.value)}>
              <option value="">{editor.nagNever}</option>
              {[...new Set([...NAGS, again])].filter(Boolean).map((repeat) => (
                <option key={repeat} value={repeat}>
                  {editor.nagEvery(formatDuration(repeat, locale))}
                </option>
              ))}
            </select>
          </label>
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
