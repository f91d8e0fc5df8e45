/** The recurrences and reminders the editor offers, as RFC 5545 rules and ISO 8601 durations. */
import { weekday } from "./calendar.ts";

export type Repeat = "none" | "daily" | "weekdays" | "weekly" | "monthly" | "yearly";

export const REPEATS: readonly Repeat[] = ["none", "daily", "weekdays", "weekly", "monthly", "yearly"];

const DAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;

/** The rule for a repeat that starts on a date; undefined for none. */
export function ruleFor(repeat: Repeat, date: string): string | undefined {
  switch (repeat) {
    case "none":
      return undefined;
    case "daily":
      return "FREQ=DAILY";
    case "weekdays":
      return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
    case "weekly":
      return `FREQ=WEEKLY;BYDAY=${DAYS[weekday(date)] ?? "MO"}`;
    case "monthly":
      return `FREQ=MONTHLY;BYMONTHDAY=${Number(date.slice(8, 10))}`;
    case "yearly":
      return `FREQ=YEARLY;BYMONTH=${Number(date.slice(5, 7))};BYMONTHDAY=${Number(date.slice(8, 10))}`;
  }
}

/** Which repeat a rule is, or undefined when it says more than the editor's list can. */
export function repeatOf(rrule: string, date: string): Repeat | undefined {
  const wanted = normalise(rrule);
  for (const repeat of REPEATS) {
    const rule = ruleFor(repeat, date);
    if (rule !== undefined && normalise(rule) === wanted) return repeat;
  }
  const plain: Record<string, Repeat> = {
    "FREQ=WEEKLY": "weekly",
    "FREQ=MONTHLY": "monthly",
    "FREQ=YEARLY": "yearly",
  };
  return plain[wanted];
}

/** Part order and an explicit INTERVAL=1 mean nothing. */
function normalise(rrule: string): string {
  return rrule
    .toUpperCase()
    .replace(/^RRULE:/, "")
    .split(";")
    .filter((part) => part !== "" && part !== "INTERVAL=1")
    .sort()
    .join(";");
}

/** The offered reminders before the due instant. */
export const BEFORE: readonly string[] = ["PT0S", "PT10M", "PT1H", "P1D", "P2D", "P1W"];

export interface Duration {
  weeks: number;
  days: number;
  hours: number;
  minutes: number;
}

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?$/;

/** An ISO 8601 duration of weeks to minutes; undefined for what is none. */
export function parseDuration(text: string): Duration | undefined {
  const match = DURATION.exec(text);
  if (match === null || text === "P") return undefined;
  const [weeks, days, hours, minutes] = match.slice(1).map((part) => Number(part ?? 0));
  return { weeks: weeks ?? 0, days: days ?? 0, hours: hours ?? 0, minutes: minutes ?? 0 };
}

/** P1W and P7D are the same, though a day is not 24 hours. */
export function sameDuration(a: string | undefined, b: string): boolean {
  const [x, y] = [parseDuration(a ?? ""), parseDuration(b)];
  if (x === undefined || y === undefined) return a === b;
  return (
    x.weeks * 7 + x.days === y.weeks * 7 + y.days && x.hours * 60 + x.minutes === y.hours * 60 + y.minutes
  );
}

/** A duration in the language's own words: "2 days", "1 hour 30 minutes". Empty for a duration of nothing. */
export function formatDuration(text: string, locale: string): string {
  const duration = parseDuration(text);
  if (duration === undefined) return text;
  return (["weeks", "days", "hours", "minutes"] as const)
    .filter((unit) => duration[unit] > 0)
    .map((unit) =>
      new Intl.NumberFormat(locale, { style: "unit", unit: unit.slice(0, -1), unitDisplay: "long" }).format(
        duration[unit],
      ),
    )
    .join(" ");
}
