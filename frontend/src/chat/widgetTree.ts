import { isJson, list, type Json, readNode, text, type WidgetNode } from "./protocol.ts";

/** A copy of the tree with the component of that id changed; the same tree when there is none. */
export function updateNode(
  root: WidgetNode,
  id: string,
  change: (node: WidgetNode) => WidgetNode,
): WidgetNode {
  if (id !== "" && root.id === id) return change(root);
  if (!Array.isArray(root.children)) return root;
  let changed = false;
  const children = root.children.map((child: unknown) => {
    const node = readNode(child);
    if (node === undefined) return child;
    const next = updateNode(node, id, change);
    changed ||= next !== node;
    return next;
  });
  return changed ? { ...root, children } : root;
}

/** One `thread.item.updated` update of a widget. */
export function updateWidget(root: WidgetNode, update: Json): WidgetNode {
  switch (update.type) {
    case "widget.root.updated":
      return readNode(update.widget) ?? root;
    case "widget.component.updated":
      return updateNode(root, text(update.component_id), (node) => readNode(update.component) ?? node);
    case "widget.streaming_text.value_delta":
      return updateNode(root, text(update.component_id), (node) => ({
        ...node,
        value: text(node.value) + text(update.delta),
        streaming: update.done !== true,
      }));
    default:
      return root;
  }
}

/** All words of a widget, for announcements: what a screen reader hears when the card arrives. */
export function wordsOf(node: unknown): string {
  if (!isJson(node)) return "";
  if (node.type === "Button" || node.type === "Icon") return "";
  const own = [node.value, node.label].map(text).filter(Boolean);
  return [...own, ...list(node.children).map(wordsOf)].filter(Boolean).join(", ");
}
