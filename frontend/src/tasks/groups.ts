/** How each view is divided: what is late first, then by day. */
import type { Task, View } from "../api/types.ts";
import { dateIn } from "../dates/calendar.ts";
import { type DateContext, formatDate, groupBy, groupByDay, type Group, nearness } from "../dates/due.ts";
import type { Messages } from "../messages/en.ts";

export interface TaskGroup {
  key: string;
  /** Empty when the group needs no heading. */
  title: string;
  late: boolean;
  tasks: Task[];
}

export function groupTasks(
  tasks: readonly Task[],
  view: View | "search",
  dates: DateContext,
  messages: Messages,
  sorted = false,
): TaskGroup[] {
  if (sorted) return inOrder(tasks, view, messages);
  switch (view) {
    case "today":
      return withoutLoneHeading(lateFirst(tasks, dates, messages));
    case "upcoming":
      return groupByDay(tasks, dates.zone).map((group) => dayGroup(group, dates, messages));
    case "all":
      return byDistance(tasks, [], dates, messages);
    case "search":
      return byDistance(
        tasks.filter((task) => task.status === "open"),
        tasks.filter((task) => task.status === "completed"),
        dates,
        messages,
      );
    case "done":
      return groupBy(tasks, (task) =>
        task.completed_at === undefined ? "none" : dateIn(new Date(task.completed_at), dates.zone),
      ).map((group) => dayGroup(group, dates, messages));
    case "trash":
      return [{ key: "trash", title: "", late: false, tasks: [...tasks] }];
  }
}

/** In an order that was chosen there are no days; of what is found, what is done stays behind what is to do. */
function inOrder(tasks: readonly Task[], view: View | "search", messages: Messages): TaskGroup[] {
  const done = tasks.filter((task) => view === "search" && task.status === "completed");
  return [
    { key: "sorted", title: "", late: false, tasks: tasks.filter((task) => !done.includes(task)) },
    { key: "done", title: messages.nav.done, late: false, tasks: done },
  ].filter((group) => group.tasks.length > 0);
}

function dayGroup(group: Group<Task>, dates: DateContext, messages: Messages): TaskGroup {
  const title = group.key === "none" ? messages.tasks.noDate : formatDate(group.key, dates, "long");
  return { key: group.key, title, late: false, tasks: group.items };
}

function isLate(task: Task, dates: DateContext): boolean {
  return task.status === "open" && task.due !== null && nearness(task.due, dates) === "overdue";
}

function lateFirst(tasks: readonly Task[], dates: DateContext, messages: Messages): TaskGroup[] {
  // A task due earlier today is late, yet it stays among today's: a heading for it would only jump about.
  const today = dateIn(dates.now, dates.zone);
  const early = (task: Task) => isLate(task, dates) && (task.due?.date ?? "") < today;
  return [
    { key: "late", title: messages.tasks.overdue, late: true, tasks: tasks.filter(early) },
    { key: "today", title: messages.common.today, late: false, tasks: tasks.filter((task) => !early(task)) },
  ].filter((group) => group.tasks.length > 0);
}

/** `open` may hold one that was completed a moment ago: it keeps its place until it leaves. */
function byDistance(
  open: readonly Task[],
  done: readonly Task[],
  dates: DateContext,
  messages: Messages,
): TaskGroup[] {
  const near = (task: Task) => (task.due === null ? "none" : nearness(task.due, dates));
  const of = (...kinds: string[]) => open.filter((task) => kinds.includes(near(task)));
  const { tasks: words, common, nav } = messages;
  return [
    { key: "late", title: words.overdue, late: true, tasks: of("overdue") },
    { key: "today", title: common.today, late: false, tasks: of("today") },
    { key: "upcoming", title: nav.upcoming, late: false, tasks: of("tomorrow", "week", "later") },
    { key: "none", title: words.noDate, late: false, tasks: of("none") },
    { key: "done", title: nav.done, late: false, tasks: [...done] },
  ].filter((group) => group.tasks.length > 0);
}

function withoutLoneHeading(groups: TaskGroup[]): TaskGroup[] {
  const only = groups[0];
  return groups.length === 1 && only !== undefined && !only.late ? [{ ...only, title: "" }] : groups;
}
