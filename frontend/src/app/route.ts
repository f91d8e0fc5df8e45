import { useSyncExternalStore } from "react";
import type { View } from "../api/types.ts";

/** Where the person is. On wide screens the chat is always beside; on a phone it is a place of its own. */
export interface Route {
  section: "tasks" | "activity" | "chat";
  view: View;
  tag?: string;
}

const VIEWS: readonly View[] = ["today", "upcoming", "all", "done", "trash"];

export function parseRoute(path: string, search: string): Route {
  const name = path.split("/")[1] ?? "";
  const view = VIEWS.find((known) => known === name) ?? "today";
  const tag = new URLSearchParams(search).get("tag") || undefined;
  if (name === "activity" || name === "chat") return { section: name, view };
  return { section: "tasks", view, tag };
}

export function pathOf(route: Partial<Route>): string {
  if (route.section === "activity" || route.section === "chat") return `/${route.section}`;
  const tag = route.tag === undefined ? "" : `?tag=${encodeURIComponent(route.tag)}`;
  return `/${route.view ?? "today"}${tag}`;
}

const listeners = new Set<() => void>();
let current = parseRoute(location.pathname, location.search);

function renew() {
  current = parseRoute(location.pathname, location.search);
  for (const listener of listeners) listener();
}
addEventListener("popstate", renew);

export function navigate(route: Partial<Route>): void {
  history.pushState(null, "", pathOf(route));
  renew();
}

export function useRoute(): Route {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
