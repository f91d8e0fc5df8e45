/** RFC 5545 rules as the parts of a form, for those rules that the form can say. */
import { weekday } from "./calendar.ts";

export type Frequency = "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";
export const FREQUENCIES: readonly Frequency[] = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

/** Weekdays as rules name them, by `Date.getUTCDay`. */
export const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** What the nth of a month is counted in: a day of the week, or one of several. */
export type DayKind = Weekday | "DAY" | "WORKDAY" | "WEEKEND";

/** 1 to 4, or from the end: -1 is the last. */
export const ORDINALS = [1, 2, 3, 4, -1] as const;

export interface RuleParts {
  freq: Frequency;
  interval: number;
  /** Of a weekly rule. */
  days: Weekday[];
  /** Of a monthly or yearly one: days of the month (-1 is the last), or the nth of a kind of day. */
  on: "days" | "nth";
  monthDays: number[];
  nth: { n: number; kind: DayKind };
  /** Of a yearly one: 1 to 12. */
  months: number[];
  ends: { kind: "never" } | { kind: "count"; count: number } | { kind: "until"; date: string };
}

const SETS: Record<"DAY" | "WORKDAY" | "WEEKEND", string> = {
  DAY: "MO,TU,WE,TH,FR,SA,SU",
  WORKDAY: "MO,TU,WE,TH,FR",
  WEEKEND: "SA,SU",
};

/** What the form shows first for a date: the date's own weekday, day of the month and month. */
export function partsFor(date: string, freq: Frequency = "WEEKLY"): RuleParts {
  const day = WEEKDAYS[weekday(date)] ?? "MO";
  const monthDay = Number(date.slice(8, 10));
  const n = Math.ceil(monthDay / 7);
  return {
    freq,
    interval: 1,
    days: [day],
    on: "days",
    monthDays: [monthDay],
    nth: { n: n > 4 ? -1 : n, kind: day },
    months: [Number(date.slice(5, 7))],
    ends: { kind: "never" },
  };
}

export function formatRule(parts: RuleParts): string {
  const { freq, interval, ends } = parts;
  const rule = [`FREQ=${freq}`];
  if (interval > 1) rule.push(`INTERVAL=${interval}`);
  if (freq === "YEARLY") rule.push(`BYMONTH=${sorted(parts.months).join(",")}`);
  if (freq === "WEEKLY") {
    // The week as it is written in rules; the order has no meaning.
    rule.push(
      `BYDAY=${[...WEEKDAYS.slice(1), "SU"].filter((day) => parts.days.includes(day as Weekday)).join(",")}`,
    );
  }
  if (freq === "MONTHLY" || freq === "YEARLY") {
    const { n, kind } = parts.nth;
    if (parts.on === "days") rule.push(`BYMONTHDAY=${monthDaysInOrder(parts.monthDays).join(",")}`);
    // With BYMONTH an ordinal of a yearly rule counts within the month (RFC 5545, 3.3.10), as in a monthly one.
    else if (isWeekday(kind)) rule.push(`BYDAY=${n}${kind}`);
    else rule.push(`BYDAY=${SETS[kind]}`, `BYSETPOS=${n}`);
  }
  return [...rule, ...formatEnds(ends)].join(";");
}

export function formatEnds(ends: RuleParts["ends"]): string[] {
  if (ends.kind === "count") return [`COUNT=${ends.count}`];
  return ends.kind === "until" ? [`UNTIL=${ends.date.replaceAll("-", "")}`] : [];
}

function isWeekday(kind: DayKind): kind is Weekday {
  return (WEEKDAYS as readonly string[]).includes(kind);
}

function sorted(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** The last day stands behind the others. */
function monthDaysInOrder(days: readonly number[]): number[] {
  return [...sorted(days.filter((day) => day > 0)), ...sorted(days.filter((day) => day < 0))];
}

/** The parts of a rule; undefined when it says something that the form cannot. What it leaves to its start is the date's. */
export function parseRule(rrule: string, date: string): RuleParts | undefined {
  const fields = fieldsOf(rrule);
  if (fields === undefined) return undefined;
  const freq = FREQUENCIES.find((one) => one === fields.get("FREQ"));
  if (freq === undefined) return undefined;
  const parts = partsFor(date, freq);
  const interval = Number(fields.get("INTERVAL") ?? 1);
  const ends = endsOf(fields);
  if (!Number.isInteger(interval) || interval < 1 || ends === undefined) return undefined;
  const said: RuleParts = { ...parts, interval, ends };
  for (const name of ["FREQ", "INTERVAL", "COUNT", "UNTIL"]) fields.delete(name);
  // It only matters to weekly rules of several weeks, and Monday is what an absent one means.
  if (fields.get("WKST") === "MO") fields.delete("WKST");
  return placed(said, fields);
}

/** The parts of a rule by their names; undefined where one has no value, or stands twice. */
export function fieldsOf(rrule: string): Map<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const part of rrule
    .toUpperCase()
    .replace(/^RRULE:/, "")
    .split(";")) {
    const [name, value] = part.split("=");
    if (!name || !value || fields.has(name)) return undefined;
    fields.set(name, value);
  }
  return fields;
}

export function endsOf(fields: Map<string, string>): RuleParts["ends"] | undefined {
  const [count, until] = [fields.get("COUNT"), fields.get("UNTIL")];
  if (count !== undefined && until !== undefined) return undefined;
  if (count !== undefined) return Number(count) > 0 ? { kind: "count", count: Number(count) } : undefined;
  if (until === undefined) return { kind: "never" };
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})(?:T235959)?$/.exec(until) ?? [];
  return year === undefined ? undefined : { kind: "until", date: `${year}-${month}-${day}` };
}

/** Reads on which days a rule comes. */
function placed(parts: RuleParts, fields: Map<string, string>): RuleParts | undefined {
  const take = (name: string) => {
    const value = fields.get(name);
    fields.delete(name);
    return value;
  };
  const result = { ...parts };
  if (parts.freq === "WEEKLY") {
    const days = (take("BYDAY") ?? parts.days.join(",")).split(",");
    if (!days.every((day): day is Weekday => (WEEKDAYS as readonly string[]).includes(day))) return undefined;
    result.days = days;
  }
  if (parts.freq === "YEARLY") {
    const months = numbersOf(take("BYMONTH"), 1, 12) ?? parts.months;
    if (months.length === 0) return undefined;
    result.months = months;
  }
  if (parts.freq === "MONTHLY" || parts.freq === "YEARLY") {
    const byDay = take("BYDAY");
    const monthDays = numbersOf(take("BYMONTHDAY"), -1, 31);
    if (byDay !== undefined) {
      const nth = nthOf(byDay, take("BYSETPOS"));
      if (nth === undefined || monthDays !== undefined) return undefined;
      Object.assign(result, { on: "nth", nth });
    } else if (monthDays !== undefined) {
      if (monthDays.length === 0 || monthDays.includes(0)) return undefined;
      result.monthDays = monthDays;
    }
  }
  return fields.size === 0 ? result : undefined;
}

/** Numbers between bounds; empty where one is not, undefined where there are none. */
function numbersOf(list: string | undefined, from: number, to: number): number[] | undefined {
  const numbers = list?.split(",").map(Number);
  if (numbers === undefined) return undefined;
  return numbers.every((number) => Number.isInteger(number) && from <= number && number <= to) ? numbers : [];
}

function nthOf(byDay: string, setPos: string | undefined): RuleParts["nth"] | undefined {
  const [, ordinal, day] = /^([+-]?\d)?(SU|MO|TU|WE|TH|FR|SA)$/.exec(byDay) ?? [];
  const n = Number(ordinal ?? setPos);
  if (!(ORDINALS as readonly number[]).includes(n) || (ordinal !== undefined && setPos !== undefined))
    return undefined;
  if (day !== undefined) return { n, kind: day as Weekday };
  const set = byDay.split(",").sort().join(",");
  const kind = (Object.keys(SETS) as (keyof typeof SETS)[]).find(
    (one) => SETS[one].split(",").sort().join(",") === set,
  );
  return kind === undefined ? undefined : { n, kind };
}
