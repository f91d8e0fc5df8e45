/**
 * Reads what a ChatKit server sends. Nothing here throws on missing or unknown fields: a newer server must not break the page.
 */

export type Json = Record<string, unknown>;

/** A widget component: `type` plus whatever that component carries. */
export interface WidgetNode extends Json {
  type: string;
}

export interface Action {
  type: string;
  payload?: Json;
  handler?: string;
}

export interface Thread {
  id: string;
  title: string;
  at: string;
}

export type Item =
  | { kind: "user"; id: string; at: string; text: string; state: "sent" | "sending" | "failed" }
  | { kind: "assistant"; id: string; at: string; parts: string[]; streaming: boolean }
  | { kind: "widget"; id: string; at: string; widget: WidgetNode; copyText: string }
  | { kind: "notice"; id: string; at: string; level: string; title: string; text: string };

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function readThread(value: unknown): Thread | undefined {
  if (!isJson(value) || text(value.id) === "") return undefined;
  return { id: text(value.id), title: text(value.title), at: text(value.created_at) };
}

export function readNode(value: unknown): WidgetNode | undefined {
  return isJson(value) && typeof value.type === "string" ? (value as WidgetNode) : undefined;
}

export function readAction(value: unknown): Action | undefined {
  if (!isJson(value) || text(value.type) === "") return undefined;
  return {
    type: text(value.type),
    payload: isJson(value.payload) ? value.payload : undefined,
    handler: text(value.handler) || undefined,
  };
}

/** An item as the page shows it; undefined for kinds that have no face here (hidden context, end of turn, …). */
export function readItem(value: unknown): Item | undefined {
  if (!isJson(value) || text(value.id) === "") return undefined;
  const base = { id: text(value.id), at: text(value.created_at) };
  switch (value.type) {
    case "user_message":
      return { ...base, kind: "user", state: "sent", text: readContent(value.content).join("\n") };
    case "assistant_message":
      return { ...base, kind: "assistant", parts: readContent(value.content), streaming: false };
    case "widget": {
      const widget = readNode(value.widget);
      return widget && { ...base, kind: "widget", widget, copyText: text(value.copy_text) };
    }
    default:
      return undefined;
  }
}

export function readItems(value: unknown): Item[] {
  return list(value)
    .map(readItem)
    .filter((item) => item !== undefined);
}

function readContent(content: unknown): string[] {
  return list(content).map((part) => (isJson(part) ? text(part.text) : ""));
}
