import { type QueryClient, useQuery } from "@tanstack/react-query";
import type { Written } from "../api/client.ts";
import { inTurn } from "../api/turns.ts";
import type { KeptFilter } from "../api/types.ts";
import { useServices } from "../app/services.tsx";
import { PREFERENCES } from "../settings/queries.ts";

export const FILTERS = ["filters"] as const;
export const TAGS = ["tags"] as const;

/** The filters that the person keeps, in their order. */
export function useKeptFilters() {
  const { api } = useServices();
  return useQuery({ queryKey: FILTERS, queryFn: ({ signal }) => api.filters(signal) });
}

/** Writes to a filter after what is being written to it already, at the version that this made. */
export function writeFilter<T extends KeptFilter | undefined>(
  client: QueryClient,
  filter: KeptFilter,
  send: (newest: KeptFilter) => Promise<Written<T>>,
): Promise<void> {
  return inTurn(filter.id, async () => {
    const known = client.getQueryData<KeptFilter[]>(FILTERS)?.find((one) => one.id === filter.id);
    const { data } = await send(known !== undefined && known.version > filter.version ? known : filter);
    if (data === undefined) return;
    client.setQueryData<KeptFilter[]>(FILTERS, (list) =>
      list?.map((one) => (one.id === data.id ? data : one)),
    );
  });
}

/** The tags in use, and the language that dates are read in: read when somebody begins to write a filter. */
export function useKnown(enabled: boolean) {
  const { api } = useServices();
  const tags = useQuery({ queryKey: TAGS, queryFn: ({ signal }) => api.tags(signal), enabled });
  const preferences = useQuery({
    queryKey: PREFERENCES,
    queryFn: ({ signal }) => api.preferences(signal),
    enabled,
  });
  return { tags: tags.data?.map((tag) => tag.name) ?? [], language: preferences.data?.language || "en" };
}

/** The position of a filter that is moved by one place; undefined at the end of the way. */
export function positionAfterMove(
  filters: readonly KeptFilter[],
  moved: KeptFilter,
  step: 1 | -1,
): number | undefined {
  const others = filters.filter((filter) => filter.id !== moved.id);
  const to = filters.findIndex((filter) => filter.id === moved.id) + step;
  if (to < 0 || to > others.length) return undefined;
  const [before, after] = [others[to - 1]?.position, others[to]?.position];
  if (before === undefined) return (after ?? 0) - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}
