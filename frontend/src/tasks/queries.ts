import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { TaskQuery } from "../api/types.ts";
import type { Route } from "../app/route.ts";
import { useServices } from "../app/services.tsx";
import { COUNTS, TASKS } from "./cache.ts";

/** What the list of a place asks for: the view, or what a filter finds in all of them. */
export function queryOf({ view, filter, sort }: Route): TaskQuery {
  return { ...(filter === undefined ? { view } : { filter }), ...(sort !== undefined && { sort }) };
}

/** A list, page by page. */
export function useTasks(query: TaskQuery, enabled = true) {
  const { api } = useServices();
  return useInfiniteQuery({
    queryKey: [TASKS, query],
    queryFn: ({ pageParam, signal }) => api.tasks({ ...query, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.has_more ? page.after : undefined),
    // While another word is searched for, the last result stays; another view starts clean.
    placeholderData: query.filter === undefined ? undefined : keepPreviousData,
    enabled,
  });
}

export function useCounts() {
  const { api } = useServices();
  return useQuery({ queryKey: [COUNTS], queryFn: ({ signal }) => api.counts(signal) });
}
