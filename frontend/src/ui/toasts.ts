import { createStore } from "./store.ts";

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "nudge" | "danger";
  detail?: string;
  action?: { label: string; run(): void };
  /** A message takes the place of the one before that is about the same. */
  about?: string;
}

const MOST = 3;
let next = 0;

export const toasts = createStore<readonly Toast[]>([]);

/** Shows a message; the oldest gives way when there are too many. */
export function showToast(toast: Omit<Toast, "id">): number {
  next += 1;
  const id = next;
  toasts.set((shown) => {
    const others = shown.filter((one) => toast.about === undefined || one.about !== toast.about);
    return [...others.slice(-(MOST - 1)), { ...toast, id }];
  });
  return id;
}

export function dismissToast(id: number): void {
  toasts.set((shown) => shown.filter((toast) => toast.id !== id));
}
