import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { View } from "../api/types.ts";
import { useServices } from "../app/services.tsx";
import { COUNTS, TASKS } from "./cache.ts";

/** One view of the list, page by page. */
export function useTasks(view: View, q: string, tag: string | undefined, enabled = true) {
  const { api } = useServices();
  return useInfiniteQuery({
    queryKey: [TASKS, view, q, tag ?? ""],
    queryFn: ({ pageParam, signal }) => api.tasks({ view, q, tag, after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.has_more ? page.after : undefined),
    // While another word is searched for, the last result stays; another view starts clean.
    placeholderData: q === "" ? undefined : keepPreviousData,
    enabled,
  });
}

export function useCounts() {
  const { api } = useServices();
  return useQuery({ queryKey: [COUNTS], queryFn: ({ signal }) => api.counts(signal) });
}
