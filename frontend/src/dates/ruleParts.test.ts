import { describe, expect, it } from "vitest";
import { formatRule, parseRule, partsFor } from "./ruleParts.ts";

const DATE = "2026-11-24"; // a Tuesday, the fourth

describe("rules as a form", () => {
  it.each([
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=10",
    "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271231",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
  ])("%s is said by it and written again", (rule) => {
    expect(formatRule(parseRule(rule, DATE)!)).toBe(rule);
  });

  it.each([
    ["FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=TU"],
    ["FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=24"],
    ["FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=24"],
    ["rrule:freq=weekly;byday=fr,mo;interval=1;wkst=mo", "FREQ=WEEKLY;BYDAY=MO,FR"],
    ["FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=-1FR"],
    ["FREQ=MONTHLY;BYDAY=SU,SA;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1"],
    ["FREQ=DAILY;UNTIL=20261231T235959", "FREQ=DAILY;UNTIL=20261231"],
  ])("%s means %s from this date", (rule, same) => {
    expect(formatRule(parseRule(rule, DATE)!)).toBe(same);
  });

  it.each([
    "FREQ=HOURLY",
    "FREQ=DAILY;BYHOUR=9,17",
    "FREQ=WEEKLY;BYDAY=1MO",
    "FREQ=WEEKLY;BYDAY=MO;WKST=SU",
    "FREQ=MONTHLY;BYDAY=2TU,4TU",
    "FREQ=MONTHLY;BYMONTHDAY=-2",
    "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
    "FREQ=MONTHLY;BYMONTHDAY=1;BYMONTH=1",
    "FREQ=YEARLY;BYWEEKNO=20",
    "FREQ=DAILY;COUNT=3;UNTIL=20261231",
    "FREQ=DAILY;UNTIL=20261231T080000Z",
    "nonsense",
    "",
  ])("%s is left to text", (rule) => expect(parseRule(rule, DATE)).toBeUndefined());

  it("begins with what the date is", () => {
    expect(partsFor("2026-11-30")).toMatchObject({
      days: ["MO"],
      monthDays: [30],
      nth: { n: -1, kind: "MO" },
      months: [11],
    });
  });
});
