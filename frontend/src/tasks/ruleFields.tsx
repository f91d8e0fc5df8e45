import { useId } from "react";
import { useDates } from "../app/services.tsx";
import { addDays } from "../dates/calendar.ts";
import { type DayKind, ORDINALS, type RuleParts, WEEKDAYS, type Weekday } from "../dates/ruleParts.ts";
import { useMessages } from "../messages/index.tsx";
import { NumberField } from "../ui/NumberField.tsx";

/** Monday first, as rules count; each under its own name. */
const WEEK: readonly Weekday[] = [...WEEKDAYS.slice(1), "SU"] as Weekday[];

/** The weekday's name: 4 January 2026 is a Sunday. */
export function weekdayName(day: Weekday, locale: string, style: "short" | "long"): string {
  const date = new Date(Date.UTC(2026, 0, 4 + WEEKDAYS.indexOf(day)));
  return new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" }).format(date);
}

function monthName(month: number, locale: string, style: "short" | "long"): string {
  const date = new Date(Date.UTC(2026, month - 1, 1));
  return new Intl.DateTimeFormat(locale, { month: style, timeZone: "UTC" }).format(date);
}

interface TogglesProps<T> {
  label: string;
  className: string;
  options: readonly [value: T, short: string, name: string][];
  chosen: readonly T[];
  onChange(chosen: T[]): void;
}

/** Several of many, at least one. */
function Toggles<T extends string | number>(props: TogglesProps<T>) {
  const { label, className, options, chosen, onChange } = props;
  return (
    <div className={`toggles ${className}`} role="group" aria-label={label}>
      {options.map(([value, short, name]) => {
        const on = chosen.includes(value);
        return (
          <button
            key={value}
            type="button"
            aria-pressed={on}
            aria-label={name}
            title={name === short ? undefined : name}
            className="toggle"
            onClick={() => {
              const next = on ? chosen.filter((one) => one !== value) : [...chosen, value];
              if (next.length > 0) onChange(next);
            }}
          >
            {short}
          </button>
        );
      })}
    </div>
  );
}

export function Weekdays({ days, onChange }: { days: Weekday[]; onChange(days: Weekday[]): void }) {
  const { editor } = useMessages();
  const { locale } = useDates();
  return (
    <Toggles
      label={editor.rule.onDays}
      className="toggles-week"
      options={WEEK.map((day) => [
        day,
        weekdayName(day, locale, "short").replace(/\.$/, ""),
        weekdayName(day, locale, "long"),
      ])}
      chosen={days}
      onChange={onChange}
    />
  );
}

export function Months({ months, onChange }: { months: number[]; onChange(months: number[]): void }) {
  const { editor } = useMessages();
  const { locale } = useDates();
  return (
    <Toggles
      label={editor.rule.inMonths}
      className="toggles-months"
      options={Array.from({ length: 12 }, (_, index) => [
        index + 1,
        monthName(index + 1, locale, "short").replace(/\.$/, ""),
        monthName(index + 1, locale, "long"),
      ])}
      chosen={months}
      onChange={onChange}
    />
  );
}

interface MonthDaysProps {
  parts: RuleParts;
  onChange(parts: Partial<RuleParts>): void;
}

/** Days of the month, or the nth of a weekday. */
export function MonthDays({ parts, onChange }: MonthDaysProps) {
  const { rule: words } = useMessages().editor;
  const { locale } = useDates();
  const name = useId();
  const numbers = new Intl.NumberFormat(locale);
  const kinds: DayKind[] = [...WEEK, "DAY", "WORKDAY", "WEEKEND"];
  return (
    <div className="rule-on">
      <div className="segments" role="radiogroup" aria-label={words.on}>
        {(["days", "nth"] as const).map((on) => (
          <label key={on} className="segment">
            <input type="radio" name={name} checked={parts.on === on} onChange={() => onChange({ on })} />
            {words.onKinds[on]}
          </label>
        ))}
      </div>
      {parts.on === "days" ? (
        <Toggles
          label={words.onKinds.days}
          className="toggles-month"
          options={[
            ...Array.from({ length: 31 }, (_, index) => {
              const text = numbers.format(index + 1);
              return [index + 1, text, text] as [number, string, string];
            }),
            [-1, words.lastDay, words.lastDay],
          ]}
          chosen={parts.monthDays}
          onChange={(monthDays) => onChange({ monthDays })}
        />
      ) : (
        <div className="rule-line">
          <select
            aria-label={words.which}
            value={parts.nth.n}
            onChange={(event) => onChange({ nth: { ...parts.nth, n: Number(event.target.value) } })}
          >
            {ORDINALS.map((n, index) => (
              <option key={n} value={n}>
                {words.ordinals[index]}
              </option>
            ))}
          </select>
          <select
            aria-label={words.weekday}
            value={parts.nth.kind}
            onChange={(event) => onChange({ nth: { ...parts.nth, kind: event.target.value as DayKind } })}
          >
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {kind === "DAY" || kind === "WORKDAY" || kind === "WEEKEND"
                  ? words.kinds[kind]
                  : weekdayName(kind, locale, "long")}
              </option>
            ))}
          </select>
        </div>
      )}
    </div>
  );
}

interface EndsFieldProps {
  ends: RuleParts["ends"];
  /** Local date; an end begins as a time after it. */
  from: string;
  onChange(ends: RuleParts["ends"]): void;
}

const FIRST_COUNT = 10;
const FIRST_DAYS = 90;

export function EndsField({ ends, from, onChange }: EndsFieldProps) {
  const { rule: words } = useMessages().editor;

  function pick(kind: string) {
    if (kind === "count") onChange({ kind, count: FIRST_COUNT });
    else if (kind === "until") onChange({ kind, date: addDays(from, FIRST_DAYS) });
    else onChange({ kind: "never" });
  }

  return (
    <div className="rule-line">
      <label className="rule-line">
        <span>{words.ends}</span>
        <select value={ends.kind} onChange={(event) => pick(event.target.value)}>
          {(["never", "until", "count"] as const).map((kind) => (
            <option key={kind} value={kind}>
              {words.endKinds[kind]}
            </option>
          ))}
        </select>
      </label>
      {ends.kind === "until" && (
        <input
          type="date"
          aria-label={words.endKinds.until}
          value={ends.date}
          min={from}
          max="9999-12-31"
          onChange={(event) =>
            event.target.value !== "" && onChange({ kind: "until", date: event.target.value })
          }
        />
      )}
      {ends.kind === "count" && (
        <label className="rule-line">
          <NumberField
            value={ends.count}
            most={9999}
            label={words.endKinds.count}
            onChange={(count) => onChange({ kind: "count", count })}
          />
          <span>{words.times(ends.count)}</span>
        </label>
      )}
    </div>
  );
}
