import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Notification } from "../api/types.ts";
import { useServices } from "../app/services.tsx";
import { FILTERS } from "../filter/queries.ts";
import { CHANNELS, PREFERENCES } from "../settings/queries.ts";
import { renewTasks } from "../tasks/cache.ts";
import { follow } from "./follow.ts";

/** What a person sets, beside tasks. */
const SETTINGS = [FILTERS, PREFERENCES, CHANNELS];

/** Changes that come together are read together. */
const GATHER_MS = 40;

/** Keeps the page in step with the server. Returns whether it is: the stream is open, and the device has a network. */
export function useLive(onNotification: (notification: Notification) => void): boolean {
  const { api } = useServices();
  const client = useQueryClient();
  const [connected, setConnected] = useState(true);
  const notify = useRef(onNotification);
  useEffect(() => {
    notify.current = onNotification;
  }, [onNotification]);

  useEffect(() => {
    const controller = new AbortController();
    let gathering: ReturnType<typeof setTimeout> | undefined;
    let wasBroken = false;
    const told = new Set<string>();
    const gather = () => {
      gathering ??= setTimeout(() => {
        gathering = undefined;
        void renewTasks(client);
      }, GATHER_MS);
    };
    void follow(
      {
        open: (headers, signal) =>
          api.open("/api/live", { headers: { ...headers, Accept: "text/event-stream" }, signal }),
        onEvent({ event, data }) {
          if (event === "notification") {
            void client.invalidateQueries({ queryKey: ["notifications"] });
            const notification = parse(data);
            // It comes again as its deliveries go on, and after a reconnection.
            if (notification !== undefined && !told.has(notification.id)) {
              told.add(notification.id);
              notify.current(notification);
            }
          }
          if (event === "settings")
            for (const queryKey of SETTINGS) void client.invalidateQueries({ queryKey });
          // Too much was missed to be told one by one.
          if (event === "reload") void client.invalidateQueries();
          if (event === "change" || event === "activity" || event === "notification") gather();
        },
        onState(open) {
          setConnected(open);
          // What happened while nothing was heard is read afresh.
          if (open && wasBroken) void client.invalidateQueries();
          wasBroken = !open;
        },
        wait: (milliseconds) => pause(milliseconds, controller.signal),
        random: Math.random,
      },
      controller.signal,
    );
    return () => {
      controller.abort();
      clearTimeout(gathering);
    };
  }, [api, client]);

  return useOnline() && connected;
}

/** A stream that has been cut off may only be missed after a while; that there is no network is known at once. */
function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => {
      addEventListener("online", changed);
      addEventListener("offline", changed);
      return () => {
        removeEventListener("online", changed);
        removeEventListener("offline", changed);
      };
    },
    () => navigator.onLine,
  );
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

function parse(data: string): Notification | undefined {
  try {
    const value = JSON.parse(data) as Notification;
    return typeof value.title === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
