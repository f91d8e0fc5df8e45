import { useState } from "react";
import type { CatchUp, EndOfMonth } from "../api/types.ts";
import { useDates } from "../app/services.tsx";
import { type Condition, formatExact, parseExact, type Unit, UNITS } from "../dates/ruleConditions.ts";
import { FREQUENCIES, formatRule, parseRule, partsFor, type RuleParts } from "../dates/ruleParts.ts";
import { useMessages } from "../messages/index.tsx";
import { NumberField } from "../ui/NumberField.tsx";
import { type Draft, withRule } from "./draft.ts";
import { RuleConditions } from "./RuleConditions.tsx";
import { SlotsField } from "./SlotsField.tsx";
import { EndsField, MonthDays, Months, Weekdays } from "./ruleFields.tsx";

interface RuleEditorProps {
  draft: Draft;
  onChange(draft: Draft): void;
}

/** A rule in parts that read as a sentence; what they cannot say is said condition by condition, or as RFC 5545 has it. */
export function RuleEditor({ draft, onChange }: RuleEditorProps) {
  const { editor } = useMessages();
  const { rule: words } = editor;
  const { now } = useDates();
  const parts = parseRule(draft.rrule, draft.date);
  const exact = parseExact(draft.rrule);
  // A rule that neither can say begins as text; dates beside it are not to be overlooked.
  const [advanced, setAdvanced] = useState(
    exact === undefined || draft.exDates.length + draft.rDates.length > 0,
  );
  const [added, setAdded] = useState<Condition>();
  const write = (rrule: string) => onChange(withRule(draft, rrule, now));
  const change = (some: Partial<RuleParts>) =>
    parts !== undefined && write(formatRule({ ...parts, ...some }));

  function changeUnit(freq: Unit) {
    if (exact === undefined) return;
    const plain = FREQUENCIES.find((one) => one === freq);
    // The plain form begins anew with the date; conditions go along as far as they may.
    if (plain !== undefined && (parts !== undefined || Object.keys(exact.conditions).length === 0))
      write(formatRule({ ...partsFor(draft.date, plain), interval: exact.interval, ends: exact.ends }));
    else write(formatExact({ ...exact, freq, ...(parts !== undefined && { conditions: {} }) }));
  }

  const conditions = exact !== undefined && (
    <RuleConditions
      rule={exact}
      date={draft.date}
      time={draft.time}
      said={parts !== undefined}
      added={added}
      onAdd={setAdded}
      onChange={(rule) => write(formatExact(rule))}
    />
  );
  return (
    <div className="rule">
      {exact === undefined ? (
        <p className="field-hint">{words.textOnly}</p>
      ) : (
        <>
          <div className="rule-line">
            <label className="rule-line">
              <span>{words.every}</span>
              <NumberField
                value={exact.interval}
                most={999}
                onChange={(interval) => write(formatExact({ ...exact, interval }))}
              />
            </label>
            <select
              aria-label={words.unit}
              value={exact.freq}
              onChange={(event) => changeUnit(event.target.value as Unit)}
            >
              {UNITS.toReversed().map((freq) => (
                <option key={freq} value={freq}>
                  {words.units[freq](exact.interval)}
                </option>
              ))}
            </select>
          </div>
          {parts?.freq === "WEEKLY" && <Weekdays days={parts.days} onChange={(days) => change({ days })} />}
          {parts?.freq === "YEARLY" && (
            <Months months={parts.months} onChange={(months) => change({ months })} />
          )}
          {(parts?.freq === "MONTHLY" || parts?.freq === "YEARLY") && (
            <MonthDays parts={parts} onChange={change} />
          )}
          {parts === undefined && conditions}
          <EndsField
            ends={exact.ends}
            from={draft.date}
            onChange={(ends) => write(formatExact({ ...exact, ends }))}
          />
        </>
      )}
      <details open={advanced} onToggle={(event) => setAdvanced(event.currentTarget.open)}>
        <summary>{words.advanced}</summary>
        {parts !== undefined && conditions}
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
        <SlotsField
          label={words.leftOut}
          hint={words.leaveOut}
          slots={draft.exDates}
          timed={false}
          onChange={(exDates) => onChange({ ...draft, ruleChosen: true, exDates })}
        />
        <SlotsField
          label={words.added}
          hint={words.addDate}
          slots={draft.rDates}
          timed={draft.time !== ""}
          onChange={(rDates) => onChange({ ...draft, ruleChosen: true, rDates })}
        />
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
