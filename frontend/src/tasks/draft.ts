/** What the editor holds, and the smallest patch that says what was changed. */
import type { Due, Priority, ReminderInput, Task, TaskPatch } from "../api/types.ts";
import { dateIn, instantOf } from "../dates/calendar.ts";
import { BEFORE, repeatOf, type Repeat, ruleFor, sameDuration } from "../dates/rules.ts";

export interface DraftReminder {
  /** Stable while editing. */
  key: string;
  before?: string;
  clock?: string;
  at?: string;
  repeat?: string;
  fired: boolean;
}

export interface Draft {
  title: string;
  description: string;
  date: string;
  time: string;
  zone: string;
  priority: Priority;
  tags: string[];
  /** `kept` is a rule that the list of repeats cannot say. */
  repeat: Repeat | "kept";
  fromCompletion: boolean;
  reminders: DraftReminder[];
}

export function draftOf(task: Task, zone: string): Draft {
  const date = task.due?.date ?? "";
  const rule = task.recurrence?.rrule;
  return {
    title: task.title,
    description: task.description,
    date,
    time: task.due?.time?.slice(0, 5) ?? "",
    zone: task.due?.zone ?? zone,
    priority: task.priority,
    tags: [...task.tags],
    repeat: rule === undefined ? "none" : ((date === "" ? undefined : repeatOf(rule, date)) ?? "kept"),
    fromCompletion: task.recurrence?.from_completion ?? false,
    reminders: task.reminders
      .filter((reminder) => reminder.state !== "cancelled")
      .map(({ id, before, clock, at, repeat, state }) => ({
        key: id,
        before,
        clock,
        at,
        repeat,
        fired: state === "fired",
      })),
  };
}

/** The patch from the task as it was opened to the draft. Empty when nothing was changed. */
export function patchOf(task: Task, draft: Draft): TaskPatch {
  const before = draftOf(task, draft.zone);
  const patch: TaskPatch = {};
  if (draft.title.trim() !== before.title) patch.title = draft.title.trim();
  if (draft.description !== before.description) patch.description = draft.description;
  if (draft.priority !== before.priority) patch.priority = draft.priority;
  if (!same(draft.tags, before.tags)) patch.tags = draft.tags;
  if (draft.date !== before.date || draft.time !== before.time) patch.due = dueOf(task, draft);
  if (draft.repeat !== before.repeat || draft.fromCompletion !== before.fromCompletion) {
    patch.recurrence = recurrenceOf(task, draft);
  } else if (draft.date !== before.date && draft.repeat !== "none" && draft.repeat !== "kept") {
    // A weekly task moved to another weekday repeats on that one.
    patch.recurrence = recurrenceOf(task, draft);
  }
  const reminders = draft.reminders.map(reminderOf);
  if (!same(reminders, before.reminders.map(reminderOf))) patch.reminders = reminders;
  return patch;
}

function dueOf(task: Task, draft: Draft): Due | null {
  if (draft.date === "") return null;
  const due: Due = { date: draft.date, zone: draft.zone };
  if (draft.time !== "") due.time = draft.time;
  // In a merge patch an absent member means "as before": taking the time away must be said.
  else if (task.due?.time) due.time = null;
  return due;
}

function recurrenceOf(task: Task, draft: Draft): TaskPatch["recurrence"] {
  const rrule = draft.repeat === "kept" ? task.recurrence?.rrule : ruleFor(draft.repeat, draft.date);
  return rrule === undefined ? null : { rrule, from_completion: draft.fromCompletion };
}

function reminderOf({ before, clock, at, repeat }: DraftReminder): ReminderInput {
  const input: ReminderInput = before === undefined ? { at } : { before };
  if (clock !== undefined) input.clock = clock;
  if (repeat !== undefined) input.repeat = repeat;
  return input;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Sets the date; a repeat and relative reminders cannot live without one. */
export function withDate(draft: Draft, date: string): Draft {
  if (date !== "") return { ...draft, date };
  return {
    ...draft,
    date,
    time: "",
    repeat: "none",
    fromCompletion: false,
    reminders: draft.reminders.filter((reminder) => reminder.before === undefined || reminder.fired),
  };
}

/** Sets the repeat; it starts today when there is no date. */
export function withRepeat(draft: Draft, repeat: Draft["repeat"], now: Date): Draft {
  const date = draft.date === "" && repeat !== "none" ? dateIn(now, draft.zone) : draft.date;
  return { ...draft, repeat, date, fromCompletion: repeat !== "none" && draft.fromCompletion };
}

export function withTag(draft: Draft, typed: string): Draft {
  const tags = typed
    .split(/[\s,]+/)
    .map((tag) => tag.replace(/^#+/, "").toLowerCase())
    .filter((tag) => tag !== "");
  return { ...draft, tags: [...new Set([...draft.tags, ...tags])] };
}

/** The reminders that can still be added before the due instant. */
export function offeredBefore(draft: Draft): string[] {
  if (draft.date === "") return [];
  return BEFORE.filter(
    (before) => !draft.reminders.some((reminder) => sameDuration(reminder.before, before)),
  );
}

/** A reminder at a local wall time in the draft's zone. */
export function reminderAt(draft: Draft, local: string, key: string): DraftReminder | undefined {
  const [date, time] = local.split("T");
  if (!date || !time) return undefined;
  return { key, at: instantOf(date, time.slice(0, 5), draft.zone).toISOString(), fired: false };
}
