import { describe, expect, it } from "vitest";
import type { Task } from "../api/types.ts";
import {
  type Draft,
  draftOf,
  offeredBefore,
  patchOf,
  reminderAt,
  scopesOf,
  withDate,
  withRepeat,
  withRule,
  withTag,
} from "./draft.ts";

const task: Task = {
  id: "1",
  title: "Pay rent",
  description: "",
  status: "open",
  priority: "high",
  due: { date: "2026-12-01", time: "09:00", zone: "Europe/Paris", at: "2026-12-01T08:00:00Z" },
  tags: ["home"],
  parent_id: null,
  subtasks: { total: 0, done: 0 },
  blocked_by: [],
  blocked: false,
  position: 1,
  recurrence: {
    series_id: "s",
    rrule: "FREQ=MONTHLY;BYMONTHDAY=1",
    from_completion: false,
    text: "monthly",
    slot: "",
    ended: false,
    zone: "UTC",
    pauses: [],
    exdates: [],
    rdates: [],
  },
  reminders: [
    { id: "r1", at: "2026-11-29T08:00:00Z", before: "P2D", state: "pending" },
    { id: "r2", at: "2026-11-20T08:00:00Z", state: "cancelled" },
  ],
  version: 1,
  created_at: "",
  updated_at: "",
};
const change = (edit: (draft: Draft) => Draft, from = task) => patchOf(from, edit(draftOf(from, "UTC")));

describe("patchOf", () => {
  it("is empty when nothing was changed", () => {
    expect(change((draft) => draft)).toEqual({});
  });

  it("says only what was changed", () => {
    expect(change((draft) => ({ ...draft, title: " Pay the rent " }))).toEqual({ title: "Pay the rent" });
    expect(change((draft) => withTag(draft, "#Home, garden"))).toEqual({ tags: ["home", "garden"] });
  });

  it("takes a time away explicitly, since it is a merge patch", () => {
    expect(change((draft) => ({ ...draft, time: "" })).due).toEqual({
      date: "2026-12-01",
      zone: "Europe/Paris",
      time: null,
    });
  });

  it("takes the date away with all that hangs on it", () => {
    expect(change((draft) => withDate(draft, ""))).toEqual({ due: null, recurrence: null, reminders: [] });
  });

  it("leaves the rule to the server when only the date moves", () => {
    expect(change((draft) => withDate(draft, "2026-12-05"))).toEqual({
      due: { date: "2026-12-05", time: "09:00", zone: "Europe/Paris" },
    });
    expect(withDate(draftOf(task, "UTC"), "2026-12-05").rrule).toBe("FREQ=MONTHLY;BYMONTHDAY=5");
  });

  it("says a rule that was chosen", () => {
    const now = new Date("2026-11-23T10:00:00Z");
    expect(change((draft) => withRepeat(draft, "daily", now)).recurrence).toEqual({
      rrule: "FREQ=DAILY",
      from_completion: false,
    });
    expect(change((draft) => withRepeat(draft, "none", now)).recurrence).toBeNull();
    expect(change((draft) => withRepeat(draft, "monthly", now))).toEqual({});
  });

  it("says which dates are left out and added, and that there are none any more", () => {
    expect(
      change((draft) => ({
        ...draft,
        ruleChosen: true,
        exDates: ["2027-01-01"],
        rDates: ["2026-12-24T09:00:00"],
      })).recurrence,
    ).toMatchObject({ exdates: ["2027-01-01"], rdates: ["2026-12-24T09:00:00"] });
    const odd = {
      ...task,
      recurrence: { ...task.recurrence!, exdates: ["2027-01-01"], rdates: ["2026-12-24"] },
    };
    expect(change((draft) => ({ ...draft, ruleChosen: true, exDates: [] }), odd).recurrence).toMatchObject({
      exdates: [],
      rdates: ["2026-12-24"],
    });
    expect(change((draft) => draft, odd)).toEqual({});
  });

  it("says what comes first", () => {
    expect(change((draft) => ({ ...draft, blockedBy: ["2"] }))).toEqual({ blocked_by: ["2"] });
  });

  it("keeps a rule it cannot say", () => {
    const odd = { ...task, recurrence: { ...task.recurrence!, rrule: "FREQ=DAILY;BYHOUR=9,17" } };
    expect(change((draft) => withDate(draft, "2026-12-05"), odd)).not.toHaveProperty("recurrence");
    expect(change((draft) => ({ ...draft, fromCompletion: true, ruleChosen: true }), odd).recurrence).toEqual(
      { rrule: "FREQ=DAILY;BYHOUR=9,17", from_completion: true },
    );
  });
});

describe("scopesOf", () => {
  it("asks how far a change goes where it can go further", () => {
    expect(scopesOf(task, { title: "x" })).toEqual(["this", "following", "all"]);
    expect(scopesOf(task, { recurrence: { rrule: "FREQ=DAILY" } })).toEqual(["following", "all"]);
    expect(scopesOf(task, { recurrence: null })).toEqual(["all"]);
    expect(scopesOf({ ...task, status: "completed" }, { title: "x" })).toEqual(["this"]);
    expect(scopesOf({ ...task, recurrence: null }, { title: "x" })).toEqual([]);
  });
});

describe("the draft", () => {
  it("gives a rule that needs a time one", () => {
    const day = { ...draftOf(task, "UTC"), time: "" };
    const at = (rrule: string) => withRule(day, rrule, new Date()).time;
    expect(["FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9,17", "FREQ=DAILY"].map(at)).toEqual(["09:00", "09:00", ""]);
  });

  it("gives a repeat without a date today", () => {
    const bare = draftOf({ ...task, due: null, recurrence: null }, "UTC");
    expect(withRepeat(bare, "weekly", new Date("2026-11-23T10:00:00Z"))).toMatchObject({
      date: "2026-11-23",
      rrule: "FREQ=WEEKLY;BYDAY=MO",
    });
  });

  it("offers each reminder once and only with a date", () => {
    expect(offeredBefore(draftOf(task, "UTC"))).not.toContain("P2D");
    expect(offeredBefore(draftOf({ ...task, due: null }, "UTC"))).toEqual([]);
  });

  it("reads a reminder's wall time in the task's zone", () => {
    expect(reminderAt(draftOf(task, "UTC"), "2026-12-01T08:30", "k")).toMatchObject({
      at: "2026-12-01T07:30:00.000Z",
    });
    expect(reminderAt(draftOf(task, "UTC"), "", "k")).toBeUndefined();
  });
});
