import { describe, expect, it } from "vitest";
import { ApiError } from "../api/problem.ts";
import { follow } from "./follow.ts";

/** Follows with scripted answers until they are used up; records what was asked, heard and waited. */
async function run(answers: (string | Error)[]) {
  const controller = new AbortController();
  const asked: (string | undefined)[] = [];
  const heard: string[] = [];
  const states: boolean[] = [];
  const waits: number[] = [];
  await follow(
    {
      open(headers) {
        asked.push(headers["Last-Event-ID"]);
        const answer = answers.shift();
        if (answers.length === 0) queueMicrotask(() => controller.abort());
        if (answer instanceof Error) return Promise.reject(answer);
        return Promise.resolve(new Response(answer));
      },
      onEvent: ({ data }) => heard.push(data),
      onState: (open) => states.push(open),
      wait: (milliseconds) => {
        waits.push(milliseconds);
        return Promise.resolve();
      },
      random: () => 1,
    },
    controller.signal,
  );
  return { asked, heard, states, waits };
}

describe("follow", () => {
  it("goes on after the last id when a stream has ended", async () => {
    const { asked, heard, waits } = await run(["id: 4\ndata: a\n\n", "id: 5\ndata: b\n\n", ""]);
    expect(heard).toEqual(["a", "b"]);
    expect(asked).toEqual([undefined, "4", "5"]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(500);
  });

  it("backs off while nobody answers, and says so", async () => {
    const away = new ApiError("offline", 0, "");
    const { states, waits } = await run([away, away, away, "data: x\n\n", ""]);
    expect(states.slice(0, 4)).toEqual([false, false, false, true]);
    expect(waits.slice(0, 3)).toEqual([500, 1000, 2000]);
  });

  it("gives up when the person is no longer signed in", async () => {
    const { asked } = await run([new ApiError("unauthorized", 401, ""), "data: never\n\n", ""]);
    expect(asked).toHaveLength(1);
  });
});
