import { describe, expect, it } from "vitest";
import { inPlace, positionsFor } from "./arrange.ts";

const list = (...positions: number[]) =>
  positions.map((position, index) => ({ id: "abcdef"[index]!, position }));

/** The order after a move, as the server would give it. */
function after(sort: "position" | "-position", positions: number[], id: string, to: number) {
  const before = inPlace(list(...positions), sort);
  const moved = new Map(positionsFor(before, sort, id, to).map(([task, position]) => [task.id, position]));
  const placed = before.map((task) => ({ ...task, position: moved.get(task.id) ?? task.position }));
  return inPlace(placed, sort)
    .map((task) => task.id)
    .join("");
}

describe("arranging", () => {
  it.each([
    ["d", 0, "dabc"],
    ["a", 3, "bcda"],
    ["a", 1, "bacd"],
    ["c", 1, "acbd"],
    ["b", 1, "abcd"],
    ["b", 99, "acdb"],
  ])("puts %s at %i: %s", (id, to, order) => {
    expect(after("position", [1, 2, 3, 4], id, to)).toBe(order);
    // Turned round, the list is read the same way.
    expect(after("-position", [4, 3, 2, 1], id, to)).toBe(order);
    // Nothing fits between equal ones: those behind make room.
    expect(after("position", [7, 7, 7, 7], id, to)).toBe(order);
    expect(after("-position", [7, 7, 7, 7], id, to)).toBe(order);
  });

  it("writes to one task where there is room", () => {
    expect(positionsFor(list(1, 2, 3), "position", "c", 1)).toEqual([[{ id: "c", position: 3 }, 1.5]]);
    expect(positionsFor(list(1, 2, 3), "position", "c", 2)).toEqual([]);
    expect(positionsFor(list(1), "position", "gone", 0)).toEqual([]);
  });
});
