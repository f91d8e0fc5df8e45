import { useSyncExternalStore } from "react";
import { type Sort, SORTS, type View } from "../api/types.ts";
import { tagFilter } from "../filter/syntax.ts";

/** Where the person is. On wide screens the chat is always beside; on a phone it is a place of its own. */
export interface Route {
  section: "tasks" | "activity" | "chat";
  view: View;
  /** What is looked for, through all tasks: words, or a filter (docs/filters.md). */
  filter?: string;
  /** The chosen order; none is the place's own. */
  sort?: Sort;
}

const VIEWS: readonly View[] = ["today", "upcoming", "all", "done", "trash"];

export function parseRoute(path: string, search: string): Route {
  const name = path.split("/")[1] ?? "";
  const view = VIEWS.find((known) => known === name) ?? "today";
  if (name === "activity" || name === "chat") return { section: name, view };
  const query = new URLSearchParams(search);
  const tag = query.get("tag");
  const filter = query.get("filter")?.trim() || (tag ? tagFilter(tag) : undefined);
  const said = query.get("sort");
  const sort = SORTS.find((one) => one === said);
  return { section: "tasks", view, filter, sort };
}

export function pathOf(route: Partial<Route>): string {
  if (route.section === "activity" || route.section === "chat") return `/${route.section}`;
  const query = (["filter", "sort"] as const).flatMap((name) => {
    const value = route[name];
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return `/${route.view ?? "today"}${query.length > 0 ? "?" : ""}${query.join("&")}`;
}

const listeners = new Set<() => void>();
let current = parseRoute(location.pathname, location.search);

function renew() {
  current = parseRoute(location.pathname, location.search);
  for (const listener of listeners) listener();
}
addEventListener("popstate", renew);

/** Goes there; `instead` of where the person is, for what is no step of theirs to go back to. */
export function navigate(route: Partial<Route>, instead = false): void {
  if (instead) history.replaceState(null, "", pathOf(route));
  else history.pushState(null, "", pathOf(route));
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
