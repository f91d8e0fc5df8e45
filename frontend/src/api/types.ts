/** The shapes of the HTTP API, as sent: snake_case, instants in RFC 3339, dates and times local to `zone`. */

export type Priority = "high" | "medium" | "low";
export type View = "today" | "upcoming" | "all" | "done" | "trash";

/** What a list can be sorted by; each also the other way round. */
export const SORT_KEYS = ["due", "priority", "created", "updated", "position"] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export type Sort = SortKey | `-${SortKey}`;
export const SORTS: readonly Sort[] = SORT_KEYS.flatMap((key): Sort[] => [key, `-${key}`]);

/** What a list of tasks asks for. Without a view, open ones, unless the filter says otherwise. */
export interface TaskQuery {
  view?: View | "any";
  filter?: string;
  q?: string;
  tag?: string;
  /** Only the parts of this task. */
  parent?: string;
  sort?: Sort;
  after?: string;
  limit?: number;
}

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
  /** What becomes of the 31st in a shorter month. */
  end_of_month?: EndOfMonth;
  /** After missed occurrences: the next in the future, or each. */
  catch_up?: CatchUp;
  /** It does not come again. */
  ended: boolean;
  /** IANA zone that its slots are local to. */
  zone: string;
  /** Stretches of local dates in which it rests; `until` is the first date after. */
  pauses: { from: string; until: string }[];
  /** Slots that are left out (a date is all of its day), and slots that are added. */
  exdates: string[];
  rdates: string[];
}

export type EndOfMonth = "clamp" | "skip";
export type CatchUp = "next" | "each";

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
  subtasks: { total: number; done: number };
  /** The tasks that come first. */
  blocked_by: string[];
  blocked: boolean;
  /** Where it stands in the order of one's own. */
  position: number;
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
  recurrence?: RecurrenceInput | null;
  parent_id?: string | null;
  blocked_by?: string[];
  position?: number;
}

export interface RecurrenceInput {
  rrule: string;
  from_completion?: boolean;
  end_of_month?: EndOfMonth;
  catch_up?: CatchUp;
  exdates?: string[];
  rdates?: string[];
}

export type NewTask = TaskPatch & { title: string };

/** How far a change of an occurrence goes. */
export type Scope = "this" | "following" | "all";

export interface PreviewInput {
  recurrence: RecurrenceInput;
  due?: Due;
  limit?: number;
}

/** When a rule comes. */
export interface Slots {
  rrule: string;
  /** The rule in words. */
  text: string;
  zone: string;
  data: { slot: string; at: string; task_id?: string; status: string }[];
}

/** One change of many tasks: of these, or of those that a filter finds. */
export interface Bulk {
  action: "complete" | "reopen" | "delete" | "restore" | "edit";
  ids?: string[];
  filter?: string;
  edit?: {
    due?: Due | null;
    priority?: Priority;
    add_tags?: string[];
    remove_tags?: string[];
    parent_id?: string | null;
  };
}

export interface BulkDone {
  /** Empty in a preview, and where nothing had to change. */
  change_set: string;
  changed: number;
  tasks: Task[];
}

export interface Tag {
  name: string;
  /** How many open tasks have it. */
  open: number;
}

export interface KeptFilter {
  id: string;
  name: string;
  filter: string;
  position: number;
  version: number;
}

export type ExportFormat = "json" | "csv" | "ics";

export interface Imported {
  format: string;
  made: number;
  /** There already. */
  skipped: number;
  tasks: Task[];
  problems: { line?: number; pointer?: string; reason: string; kept: boolean }[];
  more_problems: number;
  settings: boolean;
}

/** A calendar's view of the tasks. */
export interface Feed {
  id: string;
  name: string;
  filter: string;
  created_at: string;
  /** The address below this origin, in the answer that makes it and never again. */
  path?: string;
}

export interface Page<T> {
  data: T[];
  has_more: boolean;
  after?: string;
}

export type Counts = Record<"today" | "upcoming" | "all" | "done", number>;

export interface Preferences {
  time_zone: string;
  /** Empty until the person says. */
  language: string;
  week_start: string;
  /** Local times of day, `22:00`; both empty when there are no quiet hours. */
  quiet_from: string;
  quiet_until: string;
  /** Local time of day; empty when no digest is wanted. */
  digest_at: string;
  date_order: "" | "day_first" | "month_first";
  /** When the parts of the day begin, full hours such as `07:00`; empty at the usual ones. */
  morning_at: string;
  afternoon_at: string;
  evening_at: string;
  night_at: string;
  version: number;
}

export interface Delivery {
  id: string;
  /** `in-app`, or a channel's id. */
  channel: string;
  kind: string;
  state: "held" | "sending" | "delivered" | "failed" | "cancelled" | "superseded";
  detail?: string;
  until?: string | null;
}

/** A way to reach the person outside of the page. */
export interface Channel {
  id: string;
  kind: "email" | "webpush" | "webhook" | "binding";
  label: string;
  address: string;
  binding?: string;
  /** Of a webhook, in the answer that adds it and never again. */
  secret?: string;
  enabled: boolean;
  reminders: boolean;
  digest: boolean;
  verified: boolean;
  /** Why the last message did not arrive. */
  failing?: string;
  version: number;
}

export interface NewChannel {
  kind: Channel["kind"];
  label?: string;
  address?: string;
  binding?: string;
  subscription?: PushSubscriptionJSON;
}

/** What this installation offers. */
export interface ChannelKinds {
  email: boolean;
  /** The key to subscribe with. */
  webpush?: string;
  webhook: boolean;
  bindings: { name: string; label: string; hint?: string }[];
}

/** What came of a message that was sent at once. */
export interface ChannelOutcome {
  state: "sent" | "verified" | "delivered" | "failed";
  detail?: string;
}

export interface Notification {
  id: string;
  kind: "reminder" | "digest";
  task_id: string;
  title: string;
  due_at?: string;
  remind_at: string;
  late_seconds: number;
  created_at: string;
  read_at?: string | null;
  /** It came in quiet hours. */
  silent: boolean;
  acknowledged: boolean;
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
