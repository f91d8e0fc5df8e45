/** The shapes of the HTTP API, as sent: snake_case, instants in RFC 3339, dates and times local to `zone`. */

export type Priority = "high" | "medium" | "low";
export type View = "today" | "upcoming" | "all" | "done" | "trash";

export interface Due {
  /** Local date, `2026-12-01`. */
  date: string;
  /** Local time, `09:00`; absent when the task is due on a day, not at a time. */
  time?: string | null;
  /** IANA zone the date and time are local to. */
  zone: string;
  /** The instant, set by the server when there is a time. */
  at?: string;
}

export interface Recurrence {
  series_id: string;
  rrule: string;
  from_completion: boolean;
  /** The rule in words, by the server. */
  text: string;
  slot: string;
}

export interface Reminder {
  id: string;
  at: string;
  /** ISO 8601 duration before the due instant. */
  before?: string;
  /** Time of day it comes at, instead of the due's. */
  clock?: string;
  /** ISO 8601 duration between repeats. */
  repeat?: string;
  state: "pending" | "fired" | "cancelled";
}

export interface Task {
  id: string;
  title: string;
  description: string;
  status: "open" | "completed";
  priority: Priority;
  due: Due | null;
  tags: string[];
  parent_id: string | null;
  recurrence: Recurrence | null;
  reminders: Reminder[];
  version: number;
  created_at: string;
  updated_at: string;
  completed_at?: string;
  trashed_at?: string;
}

export interface ReminderInput {
  before?: string;
  clock?: string;
  at?: string;
  repeat?: string;
}

/** A JSON merge patch (RFC 7396) of a task. */
export interface TaskPatch {
  title?: string;
  description?: string;
  priority?: Priority;
  due?: Due | null;
  tags?: string[];
  reminders?: ReminderInput[];
  recurrence?: { rrule: string; from_completion?: boolean } | null;
}

export interface Page<T> {
  data: T[];
  has_more: boolean;
  after?: string;
}

export type Counts = Record<"today" | "upcoming" | "all" | "done", number>;

export interface Preferences {
  time_zone: string;
  language: string;
  week_start: string;
  email: string;
  email_reminders: boolean;
  version: number;
}

export interface Delivery {
  channel: string;
  state: "delivered" | "sending" | "failed";
  detail?: string;
}

export interface Notification {
  id: string;
  task_id: string;
  title: string;
  due_at?: string;
  remind_at: string;
  late_seconds: number;
  created_at: string;
  read_at?: string | null;
  deliveries: Delivery[];
}

export interface Activity {
  seq: number;
  at: string;
  type: string;
  actor: string;
  task_id: string;
  title: string;
  change_set?: string;
  undoable: boolean;
  event_id: string;
  hash: string;
  previous_hash: string;
}

export interface Verification {
  ok: boolean;
  count: number;
  head: string;
  broken_at?: number;
}

/** What undoing a change set answers. */
export interface Undone {
  change_set: string;
  tasks: Task[];
}
