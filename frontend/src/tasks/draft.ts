/** What the editor holds, and the smallest patch that says what was changed. */
import type {
  CatchUp,
  Due,
  EndOfMonth,
  Priority,
  RecurrenceInput,
  ReminderInput,
  Scope,
  Task,
  TaskPatch,
} from "../api/types.ts";
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
  /** RFC 5545; empty when it does not repeat. */
  rrule: string;
  /** The person chose the rule. One that only goes along with the date is left to the server, which knows the series. */
  ruleChosen: boolean;
  fromCompletion: boolean;
  endOfMonth: EndOfMonth | undefined;
  catchUp: CatchUp | undefined;
  /** Slots left out, and slots added. */
  exDates: string[];
  rDates: string[];
  /** Ids of the tasks that come first. */
  blockedBy: string[];
  reminders: DraftReminder[];
}

export function draftOf(task: Task, zone: string): Draft {
  const date = task.due?.date ?? "";
  const recurrence = task.recurrence;
  return {
    title: task.title,
    description: task.description,
    date,
    time: task.due?.time?.slice(0, 5) ?? "",
    zone: task.due?.zone ?? zone,
    priority: task.priority,
    tags: [...task.tags],
    rrule: recurrence?.rrule ?? "",
    ruleChosen: false,
    fromCompletion: recurrence?.from_completion ?? false,
    endOfMonth: recurrence?.end_of_month,
    catchUp: recurrence?.catch_up,
    exDates: [...(recurrence?.exdates ?? [])],
    rDates: [...(recurrence?.rdates ?? [])],
    blockedBy: [...task.blocked_by],
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
  if (draft.ruleChosen && !same(recurrenceOf(draft), recurrenceOf(before))) {
    const recurrence = recurrenceOf(draft);
    // What is not said stays as it was: that there are none any more must be said.
    if (recurrence !== null && before.exDates.length > 0) recurrence.exdates = draft.exDates;
    if (recurrence !== null && before.rDates.length > 0) recurrence.rdates = draft.rDates;
    patch.recurrence = recurrence;
  }
  if (!same(draft.blockedBy, before.blockedBy)) patch.blocked_by = draft.blockedBy;
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

export function recurrenceOf(draft: Draft): RecurrenceInput | null {
  if (draft.rrule === "") return null;
  const input: RecurrenceInput = { rrule: draft.rrule, from_completion: draft.fromCompletion };
  if (draft.endOfMonth !== undefined) input.end_of_month = draft.endOfMonth;
  if (draft.catchUp !== undefined) input.catch_up = draft.catchUp;
  if (draft.exDates.length > 0) input.exdates = draft.exDates;
  if (draft.rDates.length > 0) input.rdates = draft.rDates;
  return input;
}

/** How far a change of an occurrence may go, the nearest first. Empty for a task that does not repeat. */
export function scopesOf(task: Task, patch: TaskPatch): Scope[] {
  if (task.recurrence === null) return [];
  if (task.status === "completed" || task.recurrence.ended) return ["this"];
  if (patch.recurrence === null) return ["all"];
  return patch.recurrence === undefined ? ["this", "following", "all"] : ["following", "all"];
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

/** Sets the date. A usual repeat goes along with it; without a date there is none, and no reminder before it. */
export function withDate(draft: Draft, date: string): Draft {
  if (date !== "") {
    const repeat = draft.date === "" ? undefined : repeatOf(draft.rrule, draft.date);
    return { ...draft, date, rrule: repeat === undefined ? draft.rrule : (ruleFor(repeat, date) ?? "") };
  }
  return {
    ...draft,
    date,
    time: "",
    rrule: "",
    ruleChosen: draft.ruleChosen || draft.rrule !== "",
    fromCompletion: false,
    reminders: draft.reminders.filter((reminder) => reminder.before === undefined || reminder.fired),
  };
}

/** Rules that say a time of day, or come more than once in it. */
const TIMED = /FREQ=(HOUR|MINUTE|SECOND)LY|BY(HOUR|MINUTE|SECOND)=/i;
const MORNING = "09:00";

/** Sets the rule; it starts today when there is no date, and in the morning when it needs a time and there is none. */
export function withRule(draft: Draft, rrule: string, now: Date): Draft {
  const date = draft.date === "" && rrule !== "" ? dateIn(now, draft.zone) : draft.date;
  const time = draft.time === "" && TIMED.test(rrule) ? MORNING : draft.time;
  return {
    ...draft,
    rrule,
    ruleChosen: true,
    date,
    time,
    fromCompletion: rrule !== "" && draft.fromCompletion,
  };
}

/** Sets one of the usual repeats. */
export function withRepeat(draft: Draft, repeat: Repeat, now: Date): Draft {
  const date = draft.date === "" ? dateIn(now, draft.zone) : draft.date;
  return withRule(draft, ruleFor(repeat, date) ?? "", now);
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
