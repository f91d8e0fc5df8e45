import {
  AlignLeft,
  Bell,
  CalendarDays,
  CornerDownRight,
  Flag,
  ListTree,
  Lock,
  Pencil,
  Repeat,
  RotateCcw,
  Trash2,
} from "lucide-react";
import { memo, type MouseEvent } from "react";
import type { Task } from "../api/types.ts";
import { Link } from "../app/Link.tsx";
import { tagFilter } from "../filter/syntax.ts";
import { useDates } from "../app/services.tsx";
import { formatDue, formatInstant, nearness } from "../dates/due.ts";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "../ui/Button.tsx";
import type { TaskActions } from "./actions.ts";
import { ArrangeHandle } from "./ArrangeHandle.tsx";
import { CheckButton } from "./CheckButton.tsx";
import { pick } from "./selection.ts";
import type { Arrange } from "./useArrange.ts";

interface TaskRowProps {
  task: Task;
  actions: TaskActions;
  selected: boolean;
  leaving: boolean;
  /** Rows are for picking. */
  picking: boolean;
  picked: boolean;
  /** Puts it at another place; only where tasks stand as they were put. */
  arrange: Arrange | undefined;
  onOpen(task: Task): void;
  onSelect(id: string): void;
  onGone(id: string): void;
}

export const TaskRow = memo(function TaskRow(props: TaskRowProps) {
  const { task, actions, selected, leaving, picking, picked, arrange, onOpen, onSelect, onGone } = props;
  const { tasks } = useMessages();
  const done = task.status === "completed";
  const trashed = task.trashed_at !== undefined;

  /** With Ctrl, Cmd or Shift, and while others are picked, a click picks. */
  function open(event: MouseEvent) {
    if (event.shiftKey) pick(task.id, true);
    else if (picking || event.ctrlKey || event.metaKey) pick(task.id);
    else onOpen(task);
  }

  return (
    <li
      className="row-slot"
      data-leaving={leaving || undefined}
      onAnimationEnd={(event) => event.animationName === "row-leave" && leaving && onGone(task.id)}
    >
      <article
        className="row"
        data-task={task.id}
        data-done={done || undefined}
        data-selected={selected || undefined}
        data-picked={picked || undefined}
        aria-label={task.title}
        inert={leaving}
        onFocus={() => onSelect(task.id)}
      >
        {picking ? (
          <input
            type="checkbox"
            className="row-pick"
            checked={picked}
            aria-label={tasks.pick(task.title)}
            onChange={() => undefined}
            onClick={(event) => pick(task.id, event.shiftKey)}
          />
        ) : trashed ? (
          <IconButton
            label={tasks.restore}
            className="row-restore"
            onClick={() => void actions.restore(task)}
          >
            <RotateCcw size={18} />
          </IconButton>
        ) : (
          <CheckButton
            done={done}
            priority={task.priority}
            label={done ? tasks.reopen(task.title) : tasks.complete(task.title)}
            onToggle={() => void (done ? actions.reopen(task) : actions.complete(task))}
          />
        )}
        <div className="row-text">
          <button type="button" className="row-title" onClick={open} onMouseDown={keepSelection}>
            {task.title}
          </button>
          <RowMeta task={task} />
        </div>
        {!trashed && !picking && (
          <div className="row-acts">
            <IconButton label={tasks.edit(task.title)} onClick={() => onOpen(task)}>
              <Pencil size={16} />
            </IconButton>
            <IconButton label={tasks.remove(task.title)} onClick={() => void actions.remove(task)}>
              <Trash2 size={16} />
            </IconButton>
          </div>
        )}
        {arrange !== undefined && !picking && <ArrangeHandle task={task} arrange={arrange} />}
      </article>
    </li>
  );
});

/** Shift and a click would mark text. */
function keepSelection(event: MouseEvent) {
  if (event.shiftKey) event.preventDefault();
}

function RowMeta({ task }: { task: Task }) {
  const { tasks } = useMessages();
  const dates = useDates();
  const pending = task.reminders.filter((reminder) => reminder.state === "pending");
  const { due, recurrence } = task;
  const done = task.status === "completed";
  return (
    <div className="row-meta">
      {done && task.completed_at !== undefined && (
        <span className="meta">{formatInstant(task.completed_at, dates)}</span>
      )}
      {!done && due !== null && (
        <span className="meta" data-near={nearness(due, dates)}>
          <CalendarDays size={14} aria-hidden="true" />
          {formatDue(due, dates)}
        </span>
      )}
      {recurrence !== null && (
        <span className="meta">
          <Repeat size={14} aria-hidden="true" />
          {recurrence.text}
        </span>
      )}
      {!done && pending.length > 0 && (
        <span
          className="meta"
          title={pending.map((reminder) => formatInstant(reminder.at, dates)).join(" · ")}
        >
          <Bell size={14} aria-hidden="true" />
          {pending.length === 1 ? formatInstant(pending[0]!.at, dates) : tasks.reminders(pending.length)}
        </span>
      )}
      {task.subtasks.total > 0 && (
        <span className="meta" title={tasks.parts(task.subtasks.done, task.subtasks.total)}>
          <ListTree size={14} aria-hidden="true" />
          <span aria-hidden="true">
            {task.subtasks.done}/{task.subtasks.total}
          </span>
          <span className="unseen">{tasks.parts(task.subtasks.done, task.subtasks.total)}</span>
        </span>
      )}
      {task.blocked && (
        <span className="meta">
          <Lock size={14} aria-hidden="true" />
          {tasks.blocked}
        </span>
      )}
      {task.parent_id !== null && (
        <span className="meta">
          <CornerDownRight size={14} aria-hidden="true" />
          {tasks.part}
        </span>
      )}
      {task.priority !== "medium" && (
        <span className="meta" data-priority={task.priority}>
          <Flag size={14} aria-hidden="true" />
          {tasks[task.priority]}
        </span>
      )}
      {task.description !== "" && (
        <span className="meta meta-note">
          <AlignLeft size={14} aria-hidden="true" />
          <span>{task.description}</span>
        </span>
      )}
      {task.tags.map((tag) => (
        <Link
          key={tag}
          to={{ section: "tasks", view: "all", filter: tagFilter(tag) }}
          className="tag"
          title={tasks.filterTag(tag)}
        >
          #{tag}
        </Link>
      ))}
    </div>
  );
}
