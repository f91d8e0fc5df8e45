/** A rule as RFC 5545 has it, part by part: for what the plain form cannot say. */
import type { RuleParts } from "./ruleParts.ts";
import { endsOf, fieldsOf, formatEnds } from "./ruleParts.ts";

export const UNITS = ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;
export type Unit = (typeof UNITS)[number];

/** What a rule may be narrowed by, in the order it is evaluated, and how its week begins. */
export const CONDITIONS = [
  "BYMONTH",
  "BYWEEKNO",
  "BYYEARDAY",
  "BYMONTHDAY",
  "BYDAY",
  "BYHOUR",
  "BYMINUTE",
  "BYSECOND",
  "BYSETPOS",
  "WKST",
] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface ExactRule {
  freq: Unit;
  interval: number;
  conditions: Partial<Record<Condition, string>>;
  ends: RuleParts["ends"];
}

/** The parts of a rule; undefined when it is none, or ends at an instant: that can only be written. */
export function parseExact(rrule: string): ExactRule | undefined {
  const fields = fieldsOf(rrule);
  if (fields === undefined) return undefined;
  const freq = UNITS.find((unit) => unit === fields.get("FREQ"));
  const interval = Number(fields.get("INTERVAL") ?? 1);
  const ends = endsOf(fields);
  if (freq === undefined || ends === undefined || !Number.isInteger(interval) || interval < 1)
    return undefined;
  for (const name of ["FREQ", "INTERVAL", "COUNT", "UNTIL"]) fields.delete(name);
  const names: readonly string[] = CONDITIONS;
  if (![...fields.keys()].every((name) => names.includes(name))) return undefined;
  return { freq, interval, conditions: Object.fromEntries(fields), ends };
}

export function formatExact({ freq, interval, conditions, ends }: ExactRule): string {
  const rule = [`FREQ=${freq}`];
  if (interval > 1) rule.push(`INTERVAL=${interval}`);
  for (const name of CONDITIONS) {
    if (conditions[name] !== undefined && allowed(freq).includes(name))
      rule.push(`${name}=${conditions[name]}`);
  }
  return [...rule, ...formatEnds(ends)].join(";");
}

/** What RFC 5545 lets stand beside a unit (3.3.10, the table). */
export function allowed(freq: Unit): Condition[] {
  return CONDITIONS.filter((name) => {
    if (name === "BYWEEKNO") return freq === "YEARLY";
    if (name === "BYYEARDAY") return !["DAILY", "WEEKLY", "MONTHLY"].includes(freq);
    if (name === "BYMONTHDAY") return freq !== "WEEKLY";
    return true;
  });
}

/** What a condition begins as: the moment the rule starts at, so that it stays a rule. */
export function firstValue(name: Condition, date: string, time: string): string {
  const [hour = "9", minute = "0"] = time === "" ? [] : time.split(":").map((part) => String(Number(part)));
  const [month, day] = [Number(date.slice(5, 7)), Number(date.slice(8, 10))];
  const dayOfYear = Math.round((Date.parse(date) - Date.parse(`${date.slice(0, 4)}-01-01`)) / 86_400_000) + 1;
  return {
    BYMONTH: String(month),
    BYWEEKNO: String(Math.max(1, Math.min(52, Math.ceil(dayOfYear / 7)))),
    BYYEARDAY: String(dayOfYear),
    BYMONTHDAY: String(day),
    BYDAY: "MO,TU,WE,TH,FR",
    BYHOUR: hour,
    BYMINUTE: minute,
    BYSECOND: "0",
    BYSETPOS: "1",
    WKST: "SU",
  }[name];
}
