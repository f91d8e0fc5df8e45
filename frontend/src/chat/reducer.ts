/** The conversation as a pure function of what happened: requests sent, stream events, re-reads. */
import {
  isJson,
  type Item,
  type Json,
  readItem,
  readItems,
  readThread,
  text,
  type Thread,
} from "./protocol.ts";
import { updateWidget } from "./widgetTree.ts";

export interface ChatError {
  message: string;
  retry: boolean;
}

export interface ThreadView {
  thread?: Thread;
  items: Item[];
  /** A request is open. */
  busy: boolean;
  /** The server lets an answer be stopped: the composer offers it. */
  stoppable: boolean;
  progress: string;
  error?: ChatError;
}

export type ChatEvent =
  | { type: "reset" }
  | { type: "sent"; id: string; text: string; at: string }
  | { type: "acted" }
  | { type: "received"; event: unknown }
  | { type: "ended" }
  | { type: "failed"; message: string }
  | { type: "broke"; progress: string }
  | { type: "loaded"; thread: unknown; items: unknown };

export const emptyView: ThreadView = { items: [], busy: false, stoppable: true, progress: "" };

export function reduce(view: ThreadView, event: ChatEvent): ThreadView {
  switch (event.type) {
    case "reset":
      return emptyView;
    case "sent":
      return {
        ...view,
        busy: true,
        stoppable: true,
        progress: "",
        error: undefined,
        items: [
          ...view.items.filter((item) => item.id !== event.id),
          { kind: "user", id: event.id, at: event.at, text: event.text, state: "sending" },
        ],
      };
    case "acted":
      return { ...view, busy: true, stoppable: true, progress: "", error: undefined };
    case "received":
      return isJson(event.event) ? receive(view, event.event) : view;
    case "ended":
      return settle({ ...view, busy: false, progress: "" });
    case "failed":
      return settle(
        { ...view, busy: false, progress: "", error: { message: event.message, retry: true } },
        true,
      );
    case "broke":
      return { ...settle(view), busy: true, stoppable: true, progress: event.progress, error: undefined };
    case "loaded":
      return load(view, event);
  }
}

/** Nothing is growing any more; a message the server never acknowledged is marked as not sent. */
function settle(view: ThreadView, failed = false): ThreadView {
  const items = view.items.map((item): Item => {
    if (item.kind === "assistant" && item.streaming) return { ...item, streaming: false };
    if (item.kind === "user" && item.state === "sending")
      return { ...item, state: failed ? "failed" : "sent" };
    return item;
  });
  return { ...view, items };
}

/** What the server has is the truth, except a message that never reached it: that one stays, so it can be sent again. */
function load(view: ThreadView, event: { thread: unknown; items: unknown }): ThreadView {
  const items = readItems(event.items);
  const before = new Set(view.items.map((item) => item.id));
  const arrived = new Set(items.filter((item) => !before.has(item.id)).map(words));
  const unsent = view.items.filter(
    (item) => item.kind === "user" && item.state === "failed" && !arrived.has(words(item)),
  );
  return {
    ...view,
    thread: readThread(event.thread) ?? view.thread,
    items: [...items, ...unsent],
    progress: "",
  };
}

function words(item: Item): string {
  return item.kind === "user" ? item.text : "";
}

function receive(view: ThreadView, event: Json): ThreadView {
  switch (event.type) {
    case "thread.created":
    case "thread.updated":
      return { ...view, thread: readThread(event.thread) ?? view.thread };
    case "thread.item.added":
    case "thread.item.replaced":
    case "thread.item.done":
      return {
        ...view,
        progress: "",
        items: put(view.items, event.item, event.type === "thread.item.added"),
      };
    case "thread.item.removed":
      return { ...view, items: view.items.filter((item) => item.id !== text(event.item_id)) };
    case "thread.item.updated":
      return { ...view, progress: "", items: update(view.items, text(event.item_id), event.update) };
    case "stream_options":
      return {
        ...view,
        stoppable: !isJson(event.stream_options) || event.stream_options.allow_cancel !== false,
      };
    case "progress_update":
      return { ...view, progress: text(event.text) };
    case "notice":
      return { ...view, items: [...view.items, readNotice(event, view.items.length)] };
    case "error":
      return { ...view, error: { message: text(event.message), retry: event.allow_retry === true } };
    default:
      return view;
  }
}

function put(items: Item[], value: unknown, growing: boolean): Item[] {
  const item = readItem(value);
  if (item === undefined) return items;
  if (item.kind === "assistant" && growing) item.streaming = true;
  const index = items.findIndex((known) => known.id === item.id);
  if (index >= 0) return items.with(index, item);
  if (item.kind === "user") {
    // The server's copy takes the place of the one shown while sending.
    const mine = items.findIndex((known) => known.kind === "user" && known.state === "sending");
    if (mine >= 0) return items.with(mine, item);
  }
  return [...items, item];
}

function update(items: Item[], id: string, change: unknown): Item[] {
  const index = items.findIndex((item) => item.id === id);
  const item = items[index];
  if (item === undefined || !isJson(change)) return items;
  if (item.kind === "widget")
    return items.with(index, { ...item, widget: updateWidget(item.widget, change) });
  if (item.kind === "assistant") return items.with(index, { ...item, parts: growText(item.parts, change) });
  return items;
}

function growText(parts: string[], change: Json): string[] {
  const index = typeof change.content_index === "number" ? change.content_index : 0;
  // A gap would be a server's mistake; an index far away would be an attack on memory.
  if (index < 0 || index > parts.length) return parts;
  const old = parts[index] ?? "";
  const content = isJson(change.content) ? text(change.content.text) : undefined;
  const next = [...parts];
  switch (change.type) {
    case "assistant_message.content_part.added":
    case "assistant_message.content_part.done":
      next[index] = content ?? old;
      return next;
    case "assistant_message.content_part.text_delta":
      next[index] = old + text(change.delta);
      return next;
    default:
      return parts;
  }
}

function readNotice(event: Json, count: number): Item {
  return {
    kind: "notice",
    id: `notice-${count}`,
    at: "",
    level: text(event.level) || "info",
    title: text(event.title),
    text: text(event.message),
  };
}

/** The newest message of the person: what a retry repeats. */
export function lastUserItem(view: ThreadView): Extract<Item, { kind: "user" }> | undefined {
  return view.items.findLast((item) => item.kind === "user");
}
