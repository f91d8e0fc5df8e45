import { CalendarDays } from "lucide-react";
import { useDates, useServices } from "../app/services.tsx";
import { quickDates } from "../dates/due.ts";
import { useMessages } from "../messages/index.tsx";
import { type Draft, withDate } from "./draft.ts";

interface DueFieldProps {
  draft: Draft;
  onChange(draft: Draft): void;
}

export function DueField({ draft, onChange }: DueFieldProps) {
  const { editor, common } = useMessages();
  const { now } = useDates();
  const { zone } = useServices();
  const quick = quickDates(now, draft.zone);
  const chips: [string, string][] = [
    [common.today, quick.today],
    [common.tomorrow, quick.tomorrow],
    [editor.nextWeek, quick.nextWeek],
    [editor.clearDate, ""],
  ];
  return (
    <fieldset className="editor-row">
      <legend>
        <CalendarDays size={16} aria-hidden="true" />
        {editor.due}
      </legend>
      <div className="editor-value">
        <div className="editor-inputs">
          <input
            type="date"
            aria-label={editor.date}
            value={draft.date}
            max="9999-12-31"
            onChange={(event) => onChange(withDate(draft, event.target.value))}
          />
          <input
            type="time"
            aria-label={editor.time}
            value={draft.time}
            disabled={draft.date === ""}
            onChange={(event) => onChange({ ...draft, time: event.target.value })}
          />
        </div>
        <div className="chips">
          {chips.map(([label, date]) => (
            <button
              key={label}
              type="button"
              className="chip"
              aria-pressed={draft.date === date}
              onClick={() => onChange(withDate(draft, date))}
            >
              {label}
            </button>
          ))}
        </div>
        {draft.zone !== zone && <p className="field-hint">{editor.zoneNote(draft.zone)}</p>}
      </div>
    </fieldset>
  );
}
