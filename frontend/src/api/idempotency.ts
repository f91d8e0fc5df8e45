/** Keys that let the server tell a repeated request from a new one (Idempotency-Key). */
import { ApiError } from "./problem.ts";

/** Methods that change nothing need no key (RFC 9110, 9.2.1). */
export function isUnsafe(method: string | undefined): boolean {
  return method !== undefined && method !== "GET" && method !== "HEAD";
}

/** Whether a request that failed so may have been carried out all the same: no answer came, or none of the server's own. */
export function mayHaveArrived(error: unknown): boolean {
  return error instanceof ApiError && [0, 502, 503, 504].includes(error.status);
}

/**
 * Gives each act a key, and the same one again after the act had no answer: whoever presses the button once more when the
 * connection broke means the same act. Acts are the same when all parts of their requests are.
 */
export function createKeys(newKey: () => string) {
  const unanswered = new Map<string, string[]>();
  return {
    take(parts: readonly unknown[]) {
      const name = JSON.stringify(parts, (_, value: unknown) =>
        value instanceof File ? [value.name, value.size, value.lastModified] : value,
      );
      const waiting = unanswered.get(name);
      const key = waiting?.shift() ?? newKey();
      if (waiting?.length === 0) unanswered.delete(name);
      return {
        key,
        /** No answer came. */
        lost() {
          unanswered.set(name, [...(unanswered.get(name) ?? []), key]);
        },
      };
    },
  };
}
