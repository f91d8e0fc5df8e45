import { describe, expect, it } from "vitest";
import type { Due, Task } from "../api/types.ts";
import { addDays, dateIn, daysBetween, instantOf, timeIn, weekday } from "./calendar.ts";
import { type DateContext, formatDate, formatDue, groupByDay, localDue, nearness } from "./due.ts";
import { formatDuration, parseDuration, repeatOf, REPEATS, ruleFor, sameDuration } from "./rules.ts";

const context = (now: string, zone: string, locale = "en-GB"): DateContext => ({
  now: new Date(now),
  zone,
  locale,
  words: { today: "Today", tomorrow: "Tomorrow", yesterday: "Yesterday" },
});
const due = (date: string, time?: string, zone = "Europe/Paris"): Due =>
  time === undefined ? { date, zone } : { date, time, zone, at: instantOf(date, time, zone).toISOString() };

describe("calendar", () => {
  it("keeps local days apart by zone", () => {
    const at = new Date("2026-11-23T23:30:00Z");
    expect(dateIn(at, "Europe/Paris")).toBe("2026-11-24");
    expect(dateIn(at, "America/Los_Angeles")).toBe("2026-11-23");
    expect(timeIn(at, "Asia/Kathmandu")).toBe("05:15");
    expect(dateIn(at, "No/Where")).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it("counts days over month, year and leap day", () => {
    expect(daysBetween("2027-12-31", "2028-03-01")).toBe(61);
    expect(addDays("2028-02-28", 2)).toBe("2028-03-01");
    expect(weekday("2026-11-23")).toBe(1);
  });

  it("finds the instant of a wall time: moved in a gap, the first in an overlap", () => {
    expect(instantOf("2026-03-29", "02:30", "Europe/Paris").toISOString()).toBe("2026-03-29T01:30:00.000Z");
    expect(instantOf("2026-10-25", "02:30", "Europe/Paris").toISOString()).toBe("2026-10-25T00:30:00.000Z");
    expect(instantOf("2026-12-01", "09:00", "Asia/Kolkata").toISOString()).toBe("2026-12-01T03:30:00.000Z");
    expect(instantOf("2011-12-30", "12:00", "Pacific/Apia")).toBeInstanceOf(Date);
  });
});

describe("due", () => {
  const now = "2026-11-23T18:00:00Z";

  it.each([
    [due("2026-11-22"), "overdue"],
    [due("2026-11-23"), "today"],
    [due("2026-11-23", "08:00"), "overdue"],
    [due("2026-11-23", "23:00"), "today"],
    [due("2026-11-24", "00:30"), "tomorrow"],
    [due("2026-11-28"), "week"],
    [due("2026-12-01"), "later"],
  ])("%o is %s", (value, near) => {
    expect(nearness(value, context(now, "Europe/Paris"))).toBe(near);
  });

  it("moves a timed due into the person's zone, and leaves a dated one", () => {
    expect(localDue(due("2026-11-24", "00:30"), "America/New_York")).toEqual({
      date: "2026-11-23",
      time: "18:30",
    });
    expect(localDue(due("2026-11-24"), "America/New_York")).toEqual({ date: "2026-11-24", time: undefined });
  });

  it("writes dates as people say them", () => {
    const paris = context(now, "Europe/Paris");
    expect(formatDue(due("2026-11-23", "09:00"), paris)).toBe("Today, 09:00");
    expect(formatDue(due("2026-11-24"), paris)).toBe("Tomorrow");
    expect(formatDate("2026-11-27", paris)).toBe("Friday");
    expect(formatDate("2027-01-02", paris)).toBe("2 Jan 2027");
    expect(formatDate("2026-12-04", context(now, "Europe/Paris", "de"), "long")).toBe("Freitag, 4. Dezember");
  });

  it("groups by the person's day, days ascending, undated last", () => {
    const task = (id: string, value: Due | null) => ({ id, due: value }) as Task;
    const tasks = [
      task("late", due("2026-11-25", "01:00")),
      task("none", null),
      task("soon", due("2026-11-24")),
      task("also", due("2026-11-24", "12:00")),
    ];
    const groups = groupByDay(tasks, "America/New_York").map(({ key, items }) => [
      key,
      items.map(({ id }) => id),
    ]);
    expect(groups).toEqual([
      ["2026-11-24", ["late", "soon", "also"]],
      ["none", ["none"]],
    ]);
  });
});

describe("rules", () => {
  it("says and recognises each repeat", () => {
    for (const repeat of REPEATS) {
      const rule = ruleFor(repeat, "2026-12-31");
      if (rule !== undefined) expect(repeatOf(rule, "2026-12-31")).toBe(repeat);
    }
    expect(repeatOf("RRULE:BYMONTHDAY=1;INTERVAL=1;FREQ=MONTHLY", "2026-12-01")).toBe("monthly");
    expect(repeatOf("FREQ=WEEKLY", "2026-12-01")).toBe("weekly");
    expect(repeatOf("FREQ=DAILY;INTERVAL=3", "2026-12-01")).toBeUndefined();
    expect(repeatOf("FREQ=MONTHLY;BYMONTHDAY=1", "2026-12-02")).toBeUndefined();
  });

  it("reads and writes durations", () => {
    expect(parseDuration("P1WT30M")).toEqual({ weeks: 1, days: 0, hours: 0, minutes: 30 });
    expect(formatDuration("P2D", "en")).toBe("2 days");
    expect(formatDuration("PT1H30M", "de")).toBe("1 Stunde 30 Minuten");
    expect(formatDuration("PT0S", "en")).toBe("");
    expect(formatDuration("nonsense", "en")).toBe("nonsense");
    expect(sameDuration("P7D", "P1W")).toBe(true);
    expect(sameDuration("PT24H", "P1D")).toBe(false);
  });
});
