import { describe, expect, it } from "vitest";
import { allowed, firstValue, formatExact, parseExact } from "./ruleConditions.ts";

describe("rules part by part", () => {
  it.each([
    "FREQ=SECONDLY;INTERVAL=30",
    "FREQ=MINUTELY;INTERVAL=15;BYHOUR=9,10,11",
    "FREQ=HOURLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0,30",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=4",
    "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
    "FREQ=MONTHLY;BYDAY=2TU,4TU",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;UNTIL=20271231",
    "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=1,100,200;COUNT=10",
    "FREQ=YEARLY;BYMONTH=1;BYDAY=SU;BYHOUR=8,9;BYMINUTE=30;BYSECOND=15;BYSETPOS=1,-1",
  ])("%s is said and written again", (rule) => expect(formatExact(parseExact(rule)!)).toBe(rule));

  it.each([
    "FREQ=HOURLX",
    "FREQ=DAILY;UNTIL=20261231T080000Z",
    "FREQ=DAILY;X-OWN=1",
    "FREQ=DAILY;BYDAY=",
    "",
  ])("%s is left to text", (rule) => expect(parseExact(rule)).toBeUndefined());

  it("leaves out what must not stand beside another unit", () => {
    const yearly = parseExact("FREQ=YEARLY;BYWEEKNO=20;BYMONTHDAY=1;BYDAY=MO")!;
    expect(formatExact({ ...yearly, freq: "WEEKLY" })).toBe("FREQ=WEEKLY;BYDAY=MO");
    expect(allowed("HOURLY")).toContain("BYYEARDAY");
  });

  it("begins a condition with the moment that the rule starts at", () => {
    const first = (name: Parameters<typeof firstValue>[0]) => firstValue(name, "2026-12-31", "07:05");
    expect((["BYMONTH", "BYYEARDAY", "BYMONTHDAY", "BYHOUR", "BYMINUTE"] as const).map(first)).toEqual([
      "12",
      "365",
      "31",
      "7",
      "5",
    ]);
  });
});
