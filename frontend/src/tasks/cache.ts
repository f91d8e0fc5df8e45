/** What the page believes about tasks before the server has answered. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Page, Task } from "../api/types.ts";

export type TaskPages = InfiniteData<Page<Task>, string | undefined>;

export const TASKS = "tasks";
export const COUNTS = "counts";

/** The pages with one task changed, or taken out when the change is null. The same value when the task is not there. */
export function changeInPages(
  pages: TaskPages | undefined,
  id: string,
  change: (task: Task) => Task | null,
): TaskPages | undefined {
  if (pages === undefined || !pages.pages.some((page) => page.data.some((task) => task.id === id)))
    return pages;
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      data: page.data.flatMap((task) => {
        if (task.id !== id) return [task];
        const changed = change(task);
        return changed === null ? [] : [changed];
      }),
    })),
  };
}

/** Shows a change at once everywhere; the answer takes it back. */
export async function expect(
  client: QueryClient,
  id: string,
  change: (task: Task) => Task | null,
): Promise<() => void> {
  await client.cancelQueries({ queryKey: [TASKS] });
  const before = client.getQueriesData<TaskPages>({ queryKey: [TASKS] });
  client.setQueriesData<TaskPages>({ queryKey: [TASKS] }, (pages) => changeInPages(pages, id, change));
  return () => {
    for (const [key, pages] of before) client.setQueryData(key, pages);
  };
}

export function findTask(client: QueryClient, id: string): Task | undefined {
  for (const [, pages] of client.getQueriesData<TaskPages>({ queryKey: [TASKS] })) {
    for (const page of pages?.pages ?? []) {
      const task = page.data.find((candidate) => candidate.id === id);
      if (task !== undefined) return task;
    }
  }
  return undefined;
}

/** Everything that a change of tasks may have changed. */
export async function renewTasks(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: [TASKS] }),
    client.invalidateQueries({ queryKey: [COUNTS] }),
    client.invalidateQueries({ queryKey: ["tags"] }),
    client.invalidateQueries({ queryKey: ["task"] }),
    client.invalidateQueries({ queryKey: ["activity"] }),
    client.invalidateQueries({ queryKey: ["verification"] }),
  ]);
}
