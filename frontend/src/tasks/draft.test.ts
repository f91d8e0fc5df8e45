import { describe, expect, it } from "vitest";
import type { Task } from "../api/types.ts";
import {
  type Draft,
  draftOf,
  offeredBefore,
  patchOf,
  reminderAt,
  withDate,
  withRepeat,
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
  recurrence: {
    series_id: "s",
    rrule: "FREQ=MONTHLY;BYMONTHDAY=1",
    from_completion: false,
    text: "monthly",
    slot: "",
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

  it("moves the rule with the date", () => {
    expect(change((draft) => withDate(draft, "2026-12-05"))).toMatchObject({
      due: { date: "2026-12-05", time: "09:00" },
      recurrence: { rrule: "FREQ=MONTHLY;BYMONTHDAY=5" },
    });
  });

  it("keeps a rule it cannot say", () => {
    const odd = { ...task, recurrence: { ...task.recurrence!, rrule: "FREQ=DAILY;INTERVAL=3" } };
    expect(draftOf(odd, "UTC").repeat).toBe("kept");
    expect(change((draft) => withDate(draft, "2026-12-05"), odd)).not.toHaveProperty("recurrence");
    expect(change((draft) => ({ ...draft, fromCompletion: true }), odd).recurrence).toEqual({
      rrule: "FREQ=DAILY;INTERVAL=3",
      from_completion: true,
    });
  });
});

describe("the draft", () => {
  it("gives a repeat without a date today", () => {
    const bare = draftOf({ ...task, due: null, recurrence: null }, "UTC");
    expect(withRepeat(bare, "weekly", new Date("2026-11-23T10:00:00Z"))).toMatchObject({
      date: "2026-11-23",
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
