import { createStore } from "./store.ts";

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "nudge" | "danger";
  detail?: string;
  action?: { label: string; run(): void };
}

const MOST = 3;
let next = 0;

export const toasts = createStore<readonly Toast[]>([]);

/** Shows a message; the oldest gives way when there are too many. */
export function showToast(toast: Omit<Toast, "id">): number {
  next += 1;
  const id = next;
  toasts.set((shown) => [...shown.slice(-(MOST - 1)), { ...toast, id }]);
  return id;
}

export function dismissToast(id: number): void {
  toasts.set((shown) => shown.filter((toast) => toast.id !== id));
}
