import { CalendarCheck, CalendarDays, CloudOff, Search, Sparkles, Trash2, Trophy } from "lucide-react";
import { useMemo } from "react";
import type { Task, View } from "../api/types.ts";
import type { Route } from "../app/route.ts";
import { explain } from "../app/problems.ts";
import { useDates } from "../app/services.tsx";
import { isWordsOnly, type Mistake } from "../filter/syntax.ts";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { Empty, Skeleton } from "../ui/Empty.tsx";
import { useStore } from "../ui/store.ts";
import { useLeaving } from "../ui/useLeaving.ts";
import type { TaskActions } from "./actions.ts";
import { arrangedBy, inPlace } from "./arrange.ts";
import { groupTasks } from "./groups.ts";
import { queryOf, useTasks } from "./queries.ts";
import { BulkBar } from "./BulkBar.tsx";
import { selection } from "./selection.ts";
import { TaskRow } from "./TaskRow.tsx";
import { type Arrange, useArrange } from "./useArrange.ts";

interface TaskListProps {
  route: Route;
  /** What is wrong with the filter, by the server's word. */
  mistake: Mistake | undefined;
  actions: TaskActions;
  selected: string | undefined;
  onSelect(id: string): void;
  onOpen(task: Task): void;
}

const ICONS: Record<View | "search", React.ReactNode> = {
  today: <CalendarCheck size={28} />,
  upcoming: <CalendarDays size={28} />,
  all: <Sparkles size={28} />,
  done: <Trophy size={28} />,
  trash: <Trash2 size={28} />,
  search: <Search size={28} />,
};

/** One view, or what a filter finds; words alone are looked for in what is done as well. */
export function TaskList(props: TaskListProps) {
  const { route, mistake, actions, selected, onSelect, onOpen } = props;
  const messages = useMessages();
  const { filter, view, sort } = route;
  const searching = filter !== undefined;
  const alsoDone = searching && isWordsOnly(filter);
  const open = useTasks(queryOf(route));
  const done = useTasks({ ...queryOf(route), view: "done" }, alsoDone);
  const arranging = arrangedBy(sort) !== undefined && !alsoDone && view !== "trash";
  const openPages = open.data?.pages;
  const donePages = alsoDone ? done.data?.pages : undefined;
  const tasks = useMemo(() => {
    const found = [...(openPages ?? []), ...(donePages ?? [])].flatMap((page) => page.data);
    const each = [...new Map(found.map((task) => [task.id, task])).values()];
    return arranging ? inPlace(each, sort) : each;
  }, [openPages, donePages, arranging, sort]);
  const arrange = useArrange(tasks, arranging ? sort : undefined, actions);

  if (open.isPending || (alsoDone && done.isPending))
    return <Skeleton rows={6} label={messages.common.loading} />;
  if (mistake !== undefined) {
    return (
      <div role="alert">
        <Empty icon={<Search size={28} />} title={messages.filter.unread} text={mistake.detail} />
      </div>
    );
  }
  if (open.isError && tasks.length === 0) {
    return (
      <Empty
        icon={<CloudOff size={28} />}
        title={messages.tasks.failedTitle}
        text={explain(open.error, messages)}
      >
        <Button onClick={() => void open.refetch()} busy={open.isFetching}>
          {messages.common.retry}
        </Button>
      </Empty>
    );
  }
  return (
    <>
      {searching && (
        <p className="list-note" role="status">
          {messages.tasks.results(tasks.length)}
        </p>
      )}
      <Groups
        scope={`${searching ? "search" : view}/${filter ?? ""}/${sort ?? ""}`}
        sorted={sort !== undefined}
        arrange={arranging ? arrange : undefined}
        tasks={tasks}
        view={searching ? "search" : view}
        empty={searching ? "search" : view}
        {...{ actions, selected, onSelect, onOpen }}
      />
      {open.hasNextPage && (
        <div className="list-more">
          <Button onClick={() => void open.fetchNextPage()} busy={open.isFetchingNextPage}>
            {messages.common.more}
          </Button>
        </div>
      )}
      <BulkBar
        key={filter ?? view}
        tasks={tasks}
        more={open.hasNextPage || done.hasNextPage}
        filter={filter}
        actions={actions}
      />
    </>
  );
}

interface GroupsProps extends Pick<TaskListProps, "actions" | "selected" | "onSelect" | "onOpen"> {
  view: View | "search";
  scope: string;
  tasks: Task[];
  empty: View | "search";
  sorted: boolean;
  /** Puts a task at another place; where tasks stand as they were put. */
  arrange: Arrange | undefined;
}

function Groups(props: GroupsProps) {
  const { scope, tasks, view, empty, sorted, arrange, actions, selected, onSelect, onOpen } = props;
  const messages = useMessages();
  const dates = useDates();
  const picking = useStore(selection);
  const { rows, gone } = useLeaving(tasks, scope);
  const leaving = useMemo(() => new Set(rows.filter((row) => row.leaving).map((row) => row.item.id)), [rows]);
  const groups = useMemo(
    () =>
      groupTasks(
        rows.map((row) => row.item),
        view,
        dates,
        messages,
        sorted,
      ),
    [rows, view, dates, messages, sorted],
  );

  if (rows.length === 0) {
    const [title, text] = messages.tasks.empty[empty];
    return <Empty icon={ICONS[empty]} title={title!} text={text!} />;
  }
  return groups.map((group) => (
    <section key={group.key} className="group" aria-label={group.title || messages.tasks.list}>
      {group.title !== "" && (
        <h2 className="group-title" data-late={group.late || undefined}>
          {group.title}
          <span className="group-count">{group.tasks.length}</span>
        </h2>
      )}
      <ul className="rows">
        {group.tasks.map((task) => (
          <TaskRow
            key={task.id}
            task={task}
            actions={actions}
            selected={selected === task.id}
            leaving={leaving.has(task.id)}
            picking={picking.on}
            picked={picking.ids.has(task.id)}
            arrange={arrange}
            onOpen={onOpen}
            onSelect={onSelect}
            onGone={gone}
          />
        ))}
      </ul>
    </section>
  ));
}
