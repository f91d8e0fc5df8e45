import { describe, expect, it } from "vitest";
import { extended, NONE, toggled } from "./selection.ts";

const ids = (selection: typeof NONE) => [...selection.ids].sort().join("");
const order = ["a", "b", "c", "d", "e"];

describe("picking", () => {
  it("takes and leaves one at a time", () => {
    const ab = toggled(toggled(NONE, "a"), "b");
    expect(ids(ab)).toBe("ab");
    expect(ids(toggled(ab, "a"))).toBe("b");
    expect(toggled(toggled(NONE, "a"), "a")).toMatchObject({ on: true });
  });

  it("takes a range either way, from where the last pick was", () => {
    const from = toggled(NONE, "b");
    expect(ids(extended(from, order, "d"))).toBe("bcd");
    expect(ids(extended(extended(from, order, "d"), order, "a"))).toBe("abcd");
    expect(ids(extended(NONE, order, "c"))).toBe("c");
  });

  it("takes the one row when the range's beginning is no longer shown", () => {
    expect(ids(extended(toggled(NONE, "x"), order, "c"))).toBe("cx");
  });
});
