import { readEvents, type ServerEvent } from "../api/sse.ts";
import { ApiError } from "../api/problem.ts";

export interface FollowOptions {
  open(headers: Record<string, string>, signal: AbortSignal): Promise<Response>;
  onEvent(event: ServerEvent): void;
  /** True while a stream is open; false once a connection failed or broke. */
  onState(connected: boolean): void;
  /** Resolves after that time, or earlier when there is a reason to try at once (back online). */
  wait(milliseconds: number): Promise<void>;
  random(): number;
}

const FIRST = 500;
const LONGEST = 20_000;

/**
 * Follows a stream of events until the signal aborts. The server ends each stream before 300 s: then it reconnects at once
 * and unseen, with Last-Event-ID. A broken or refused connection is tried again with growing, jittered pauses.
 */
export async function follow(options: FollowOptions, signal: AbortSignal): Promise<void> {
  let lastId: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const response = await options.open(lastId === undefined ? {} : { "Last-Event-ID": lastId }, signal);
      options.onState(true);
      for await (const event of readEvents(response)) {
        failures = 0;
        if (event.id !== undefined) lastId = event.id;
        options.onEvent(event);
      }
      // A stream that ends at once, again and again, must not become a busy loop.
      failures = Math.min(failures + 1, 2);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return;
      failures += 1;
      options.onState(false);
    }
    if (signal.aborted) return;
    const pause = Math.min(FIRST * 2 ** (failures - 1), LONGEST);
    await options.wait(pause * (0.5 + options.random() / 2));
  }
}
