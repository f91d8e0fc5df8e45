/** When a task is due, as the person sees it: in their zone and language. */
import type { Due, Task } from "../api/types.ts";
import { addDays, dateIn, daysBetween, timeIn } from "./calendar.ts";

/** Everything a date needs to become words; the clock is passed in. */
export interface DateContext {
  locale: string;
  zone: string;
  now: Date;
  words: { today: string; tomorrow: string; yesterday: string };
}

/** The due date and time moved into the person's zone. */
export function localDue(due: Due, zone: string): { date: string; time?: string } {
  if (due.at === undefined || due.zone === zone) return { date: due.date, time: due.time?.slice(0, 5) };
  const at = new Date(due.at);
  return { date: dateIn(at, zone), time: timeIn(at, zone) };
}

export type Nearness = "overdue" | "today" | "tomorrow" | "week" | "later";

/** How near a due is. A timed one is overdue from its instant, a dated one from the next day. */
export function nearness(due: Due, context: Pick<DateContext, "zone" | "now">): Nearness {
  const today = dateIn(context.now, context.zone);
  const days = daysBetween(today, localDue(due, context.zone).date);
  if (days < 0) return "overdue";
  if (days === 0)
    return due.at !== undefined && Date.parse(due.at) < context.now.getTime() ? "overdue" : "today";
  if (days === 1) return "tomorrow";
  return days < 7 ? "week" : "later";
}

/** A date in words: Today, Tomorrow, a weekday within the week, else the date, with the year when it is another. */
export function formatDate(date: string, context: DateContext, style: "short" | "long" = "short"): string {
  const today = dateIn(context.now, context.zone);
  const days = daysBetween(today, date);
  if (days === 0) return context.words.today;
  if (days === 1) return context.words.tomorrow;
  if (days === -1) return context.words.yesterday;
  const options: Intl.DateTimeFormatOptions = { timeZone: "UTC" };
  if (style === "long") Object.assign(options, { weekday: "long", day: "numeric", month: "long" });
  else if (days > 1 && days < 7) options.weekday = "long";
  else Object.assign(options, { day: "numeric", month: "short" });
  if (date.slice(0, 4) !== today.slice(0, 4)) options.year = "numeric";
  return new Intl.DateTimeFormat(context.locale, options).format(new Date(`${date}T00:00:00Z`));
}

/** A local time in the locale's clock. */
export function formatTime(time: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeZone: "UTC", timeStyle: "short" }).format(
    new Date(`1970-01-01T${time}:00Z`),
  );
}

export function formatDue(due: Due, context: DateContext): string {
  const { date, time } = localDue(due, context.zone);
  const day = formatDate(date, context);
  return time === undefined ? day : `${day}, ${formatTime(time, context.locale)}`;
}

/** An instant as day and time, for reminders and the activity. */
export function formatInstant(instant: string, context: DateContext): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return "";
  const day = formatDate(dateIn(at, context.zone), context);
  return `${day}, ${formatTime(timeIn(at, context.zone), context.locale)}`;
}

/** A local date or date-time of a series, with its weekday: that is what one checks. */
export function formatSlot(slot: string, locale: string): string {
  const [date, time] = slot.split("T");
  const day = new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(new Date(`${date}T00:00:00Z`));
  return time === undefined ? day : `${day}, ${formatTime(time.slice(0, 5), locale)}`;
}

export interface Group<T> {
  key: string;
  items: T[];
}

/** Groups in the order the items come, one per key. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, items: [item] });
    else group.items.push(item);
  }
  return [...groups.values()];
}

/** Tasks by due day in the person's zone, days ascending; `none` holds what has no date, last. */
export function groupByDay(tasks: readonly Task[], zone: string): Group<Task>[] {
  return groupBy(tasks, (task) => (task.due === null ? "none" : localDue(task.due, zone).date)).sort(
    (a, b) => (a.key === "none" ? 1 : b.key === "none" ? -1 : a.key < b.key ? -1 : 1),
  );
}

/** The dates the editor offers with one tap. */
export function quickDates(now: Date, zone: string): { today: string; tomorrow: string; nextWeek: string } {
  const today = dateIn(now, zone);
  return { today, tomorrow: addDays(today, 1), nextWeek: addDays(today, 7) };
}
