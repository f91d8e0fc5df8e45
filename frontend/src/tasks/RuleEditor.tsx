import { useState } from "react";
import type { CatchUp, EndOfMonth } from "../api/types.ts";
import { useDates } from "../app/services.tsx";
import { FREQUENCIES, formatRule, type Frequency, parseRule, type RuleParts } from "../dates/ruleParts.ts";
import { useMessages } from "../messages/index.tsx";
import { type Draft, withRule } from "./draft.ts";
import { EndsField, MonthDays, Months, Weekdays } from "./ruleFields.tsx";

interface RuleEditorProps {
  draft: Draft;
  onChange(draft: Draft): void;
}

/** A rule in parts that read as a sentence; what they cannot say is written as RFC 5545 has it. */
export function RuleEditor({ draft, onChange }: RuleEditorProps) {
  const { editor } = useMessages();
  const { rule: words } = editor;
  const { now } = useDates();
  const parts = parseRule(draft.rrule, draft.date);
  // A rule that the form cannot say begins as text.
  const [advanced, setAdvanced] = useState(parts === undefined);
  const write = (rrule: string) => onChange(withRule(draft, rrule, now));
  const change = (some: Partial<RuleParts>) =>
    parts !== undefined && write(formatRule({ ...parts, ...some }));

  return (
    <div className="rule">
      {parts === undefined ? (
        <p className="field-hint">{words.textOnly}</p>
      ) : (
        <>
          <div className="rule-line">
            <label className="rule-line">
              <span>{words.every}</span>
              <NumberField value={parts.interval} most={999} onChange={(interval) => change({ interval })} />
            </label>
            <select
              aria-label={words.unit}
              value={parts.freq}
              onChange={(event) => change({ freq: event.target.value as Frequency })}
            >
              {FREQUENCIES.map((freq) => (
                <option key={freq} value={freq}>
                  {words.units[freq](parts.interval)}
                </option>
              ))}
            </select>
          </div>
          {parts.freq === "WEEKLY" && <Weekdays days={parts.days} onChange={(days) => change({ days })} />}
          {parts.freq === "YEARLY" && (
            <Months months={parts.months} onChange={(months) => change({ months })} />
          )}
          {(parts.freq === "MONTHLY" || parts.freq === "YEARLY") && (
            <MonthDays parts={parts} onChange={change} />
          )}
          <EndsField ends={parts.ends} from={draft.date} onChange={(ends) => change({ ends })} />
        </>
      )}
      <details open={advanced} onToggle={(event) => setAdvanced(event.currentTarget.open)}>
        <summary>{words.advanced}</summary>
        <label className="field">
          <span>{words.text}</span>
          <input
            className="rule-text"
            value={draft.rrule}
            maxLength={500}
            spellCheck={false}
            autoCapitalize="characters"
            autoComplete="off"
            onChange={(event) => {
              const typed = event.target.value.replace(/^\s*RRULE:/i, "");
              // Emptied it would mean "never": that is what the choice above is for.
              if (typed.trim() !== "") write(typed);
            }}
          />
        </label>
        <Policy
          label={words.shortMonths}
          value={draft.endOfMonth ?? "clamp"}
          options={[
            ["clamp", words.clamp],
            ["skip", words.skip],
          ]}
          onChoose={(endOfMonth) =>
            onChange({ ...draft, ruleChosen: true, endOfMonth: endOfMonth as EndOfMonth })
          }
        />
        <Policy
          label={words.missed}
          value={draft.catchUp ?? "next"}
          options={[
            ["next", words.nextOnly],
            ["each", words.each],
          ]}
          onChoose={(catchUp) => onChange({ ...draft, ruleChosen: true, catchUp: catchUp as CatchUp })}
        />
      </details>
    </div>
  );
}

interface NumberFieldProps {
  value: number;
  most: number;
  label?: string;
  onChange(value: number): void;
}

/** A whole number from 1; what is not one yet stays typed and is not told. */
export function NumberField({ value, most, label, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <input
      type="number"
      inputMode="numeric"
      className="rule-number"
      aria-label={label}
      min={1}
      max={most}
      value={typed ?? value}
      onChange={(event) => {
        setTyped(event.target.value);
        const number = Number(event.target.value);
        if (Number.isInteger(number) && number >= 1 && number <= most) onChange(number);
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}

interface PolicyProps {
  label: string;
  value: string;
  options: [string, string][];
  onChoose(value: string): void;
}

function Policy({ label, value, options, onChoose }: PolicyProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.target.value)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
