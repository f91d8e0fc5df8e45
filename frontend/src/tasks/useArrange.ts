import { useMemo } from "react";
import type { Sort, Task } from "../api/types.ts";
import { useShortcuts } from "../app/shortcuts.ts";
import type { TaskActions } from "./actions.ts";
import { positionsFor } from "./arrange.ts";

export interface Arrange {
  /** Puts a task at a place of the list, counted from 0. */
  to(task: Task, place: number): void;
  /** Moves it by so many places. */
  by(task: Task, places: number): void;
}

/** Puts tasks at other places of a list in the order of one's own; by keys, the task that has the focus. */
export function useArrange(tasks: readonly Task[], sort: Sort | undefined, actions: TaskActions): Arrange {
  const arrange = useMemo<Arrange>(() => {
    function to(task: Task, place: number) {
      if (sort !== undefined) void actions.arrange(positionsFor(tasks, sort, task.id, place));
    }
    return {
      to,
      by: (task, places) => to(task, Math.max(0, tasks.findIndex((one) => one.id === task.id) + places)),
    };
  }, [tasks, sort, actions]);

  const focused = (run: (task: Task) => void) => () => {
    const id = document.activeElement?.closest<HTMLElement>("[data-task]")?.dataset.task;
    const task = tasks.find((one) => one.id === id);
    if (task !== undefined) run(task);
  };
  useShortcuts(
    sort === undefined
      ? {}
      : {
          "Alt+ArrowUp": focused((task) => arrange.by(task, -1)),
          "Alt+ArrowDown": focused((task) => arrange.by(task, 1)),
        },
  );
  return arrange;
}
