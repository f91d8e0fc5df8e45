import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { KeptFilter } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { showToast } from "../ui/toasts.ts";
import { FILTERS, writeFilter } from "./queries.ts";

/** Keeps a filter no longer. To undo it is to keep it again, in its place. */
export function useDropFilter() {
  const { api } = useServices();
  const client = useQueryClient();
  const messages = useMessages();
  return useCallback(
    async (kept: KeptFilter) => {
      const run = async (act: () => Promise<unknown>) => {
        try {
          await act();
          return true;
        } catch (error) {
          showToast({ tone: "danger", text: explain(error, messages) });
          return false;
        } finally {
          await client.invalidateQueries({ queryKey: FILTERS });
        }
      };
      if (!(await run(() => writeFilter(client, kept, api.dropFilter)))) return;
      const { name, filter, position } = kept;
      showToast({
        tone: "plain",
        text: messages.filter.dropped(name),
        action: {
          label: messages.common.undo,
          run: () => void run(() => api.keepFilter({ name, filter, position })),
        },
      });
    },
    [api, client, messages],
  );
}
