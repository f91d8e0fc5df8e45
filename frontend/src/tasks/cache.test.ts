import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import type { Task } from "../api/types.ts";
import { mergeLeaving } from "../ui/useLeaving.ts";
import { changeInPages, expect as foresee, findTask, type TaskPages } from "./cache.ts";

const task = (id: string, title = id) => ({ id, title }) as Task;
const pages = (...ids: string[]): TaskPages => ({
  pages: [{ data: ids.map((id) => task(id)), has_more: false }],
  pageParams: [undefined],
});

describe("the cache of tasks", () => {
  it("changes or takes out one task and leaves other pages as they are", () => {
    const before = pages("a", "b");
    expect(changeInPages(before, "x", () => null)).toBe(before);
    expect(changeInPages(before, "a", () => null)?.pages[0]?.data).toEqual([task("b")]);
  });

  it("takes an expectation back everywhere", async () => {
    const client = new QueryClient();
    client.setQueryData(["tasks", "today"], pages("a", "b"));
    client.setQueryData(["tasks", "all"], pages("b"));
    const takeBack = await foresee(client, "b", () => null);
    expect(findTask(client, "b")).toBeUndefined();
    takeBack();
    expect(client.getQueryData(["tasks", "today"])).toEqual(pages("a", "b"));
    expect(findTask(client, "b")).toEqual(task("b"));
  });
});

describe("mergeLeaving", () => {
  const rows = (...ids: string[]) =>
    mergeLeaving(
      [],
      ids.map((id) => ({ id })),
    );
  const shape = (result: ReturnType<typeof rows>) =>
    result.map((row) => (row.leaving ? `(${row.item.id})` : row.item.id));

  it("keeps what left where it stood, and what comes back whole", () => {
    const left = mergeLeaving(rows("a", "b", "c"), [{ id: "a" }, { id: "c" }]);
    expect(shape(left)).toEqual(["a", "(b)", "c"]);
    expect(shape(mergeLeaving(left, [{ id: "b" }, { id: "c" }, { id: "d" }]))).toEqual([
      "(a)",
      "b",
      "c",
      "d",
    ]);
    expect(shape(mergeLeaving(rows("a"), []))).toEqual(["(a)"]);
  });
});
