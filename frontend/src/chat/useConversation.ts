import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useReducer, useRef } from "react";
import { asApiError } from "../api/problem.ts";
import { explain } from "../app/problems.ts";
import { useServices } from "../app/services.tsx";
import { readLocal, writeLocal } from "../app/theme.ts";
import { useMessages } from "../messages/index.tsx";
import { COUNTS, TASKS } from "../tasks/cache.ts";
import { type Action, readItems } from "./protocol.ts";
import { emptyView, lastUserItem, reduce, type ThreadView } from "./reducer.ts";

const KEY = "nudge.thread";
export const THREADS = "threads";

/** Pauses before the re-reads after a broken stream: the server may still be finishing the answer. */
const REREAD_MS = [300, 1000, 2500];

export type Conversation = ReturnType<typeof useConversation>;

/** One conversation: sends, streams, re-reads. The reducer decides what is shown; this only carries. */
export function useConversation() {
  const { chat, person } = useServices();
  const messages = useMessages();
  const client = useQueryClient();
  const [view, dispatch] = useReducer(reduce, emptyView);
  const latest = useRef<ThreadView>(view);
  const running = useRef<AbortController>(undefined);
  useEffect(() => {
    latest.current = view;
  }, [view]);

  const storageKey = `${KEY}.${person.id}`;
  const threadId = view.thread?.id;
  useEffect(() => {
    if (threadId !== undefined) writeLocal(storageKey, threadId);
  }, [threadId, storageKey]);

  /** After a broken stream: whether the answer was found by reading the thread again. */
  const recover = useCallback(
    async (id: string, signal: AbortSignal): Promise<boolean> => {
      dispatch({ type: "broke", progress: messages.chat.catchingUp });
      for (const pause of REREAD_MS) {
        await wait(pause, signal);
        if (signal.aborted) return false;
        const items = await chat.items(id, signal).catch(() => undefined);
        if (items === undefined || signal.aborted) continue;
        dispatch({ type: "loaded", thread: undefined, items });
        if (readItems(items).at(-1)?.kind !== "user") {
          dispatch({ type: "ended" });
          return true;
        }
      }
      return false;
    },
    [chat, messages],
  );

  /** Runs one stream to its end; a broken one is followed by re-reads until an answer is there or patience ends. */
  const run = useCallback(
    async (open: (signal: AbortSignal) => AsyncIterable<unknown>) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      const { signal } = controller;
      try {
        for await (const event of open(signal)) dispatch({ type: "received", event });
        dispatch({ type: "ended" });
      } catch (error) {
        // A request that gave way to a newer one says nothing more; a stopped one ends here.
        const stopped = () => running.current === controller && dispatch({ type: "ended" });
        if (signal.aborted) return void stopped();
        const id = latest.current.thread?.id;
        const recovered = id !== undefined && asApiError(error).status === 0 && (await recover(id, signal));
        if (signal.aborted) return void stopped();
        if (!recovered) dispatch({ type: "failed", message: explain(error, messages) });
      } finally {
        if (running.current === controller) running.current = undefined;
        for (const key of [TASKS, COUNTS, THREADS, "activity", "verification"]) {
          void client.invalidateQueries({ queryKey: [key] });
        }
      }
    },
    [client, messages, recover],
  );

  const open = useCallback(
    async (id: string) => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      dispatch({ type: "reset" });
      try {
        const [thread, items] = await Promise.all([
          chat.thread(id, controller.signal),
          chat.items(id, controller.signal),
        ]);
        if (!controller.signal.aborted) dispatch({ type: "loaded", thread: thread ?? { id }, items });
      } catch (error) {
        if (controller.signal.aborted) return;
        if (asApiError(error).status === 404) writeLocal(storageKey, undefined);
        else dispatch({ type: "failed", message: explain(error, messages) });
      }
    },
    [chat, messages, storageKey],
  );

  useEffect(() => {
    const id = readLocal(storageKey);
    if (id !== undefined) void open(id);
    return () => running.current?.abort();
    // Once per person: the conversation that was open last.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [storageKey]);

  return useMemo(() => {
    function send(text: string, again?: string) {
      dispatch({ type: "sent", id: again ?? newId(), text, at: new Date().toISOString() });
      return run((signal) => chat.send(text, view.thread?.id, signal));
    }
    return {
      view,
      open,
      send: (text: string) => send(text),
      /** Repeats the newest message: sent anew when it never arrived, else answered anew. */
      retry() {
        const last = lastUserItem(view);
        if (last === undefined) return;
        if (last.state === "failed" || view.thread === undefined) return send(last.text, last.id);
        const { id } = view.thread;
        dispatch({ type: "acted" });
        return run((signal) => chat.retry(id, last.id, signal));
      },
      act(itemId: string, action: Action) {
        const id = view.thread?.id;
        if (id === undefined) return;
        dispatch({ type: "acted" });
        return run((signal) => chat.act(id, itemId, action, signal));
      },
      stop() {
        running.current?.abort();
      },
      start() {
        running.current?.abort();
        writeLocal(storageKey, undefined);
        dispatch({ type: "reset" });
      },
    };
  }, [view, open, run, chat, storageKey]);
}

/** Not crypto.randomUUID: that one is absent where the page is served over plain HTTP from another machine. */
let sentCount = 0;
function newId(): string {
  sentCount += 1;
  return `local-${sentCount}`;
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
