import { Repeat as RepeatIcon } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useDates } from "../app/services.tsx";
import { formatRule, partsFor } from "../dates/ruleParts.ts";
import { repeatOf, REPEATS, type Repeat } from "../dates/rules.ts";
import { useMessages } from "../messages/index.tsx";
import { type Draft, withRepeat, withRule } from "./draft.ts";
import { RuleEditor } from "./RuleEditor.tsx";
import { RulePreview } from "./RulePreview.tsx";

interface RepeatFieldProps {
  draft: Draft;
  onChange(draft: Draft): void;
  /** What can be done to a series, below its rule. */
  children?: ReactNode;
}

/** The usual repeats in one choice; any other rule in a form of its own. */
export function RepeatField({ draft, onChange, children }: RepeatFieldProps) {
  const { editor } = useMessages();
  const { now } = useDates();
  const id = useId();
  const usual = draft.rrule === "" ? "none" : repeatOf(draft.rrule, draft.date);
  // Dates beside the rule are said in the form alone.
  const [open, setOpen] = useState(draft.exDates.length + draft.rDates.length > 0);
  const custom = open || usual === undefined;

  function pick(value: Repeat | "custom") {
    setOpen(value === "custom");
    if (value !== "custom") return onChange(withRepeat(draft, value, now));
    // What the form begins with where nothing repeats yet: the same day every week.
    if (draft.rrule !== "") return;
    const dated = withRepeat(draft, "weekly", now);
    onChange(withRule(dated, formatRule(partsFor(dated.date)), now));
  }

  return (
    <div className="editor-row">
      <label htmlFor={id} className="editor-label">
        <RepeatIcon size={16} aria-hidden="true" />
        {editor.repeat}
      </label>
      <div className="editor-value">
        <select
          id={id}
          value={custom ? "custom" : usual}
          onChange={(event) => pick(event.target.value as Repeat | "custom")}
        >
          {REPEATS.map((repeat) => (
            <option key={repeat} value={repeat}>
              {editor.repeats[repeat]}
            </option>
          ))}
          <option value="custom">{editor.rule.custom}</option>
        </select>
        {draft.rrule !== "" && <RulePreview draft={draft} />}
        {custom && draft.rrule !== "" && <RuleEditor draft={draft} onChange={onChange} />}
        {draft.rrule !== "" && (
          <label className="tick">
            <input
              type="checkbox"
              checked={draft.fromCompletion}
              onChange={(event) =>
                onChange({ ...draft, ruleChosen: true, fromCompletion: event.target.checked })
              }
            />
            {editor.fromCompletion}
          </label>
        )}
        {children}
      </div>
    </div>
  );
}
