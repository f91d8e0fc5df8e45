import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("location", { pathname: "/", search: "" });
vi.stubGlobal("addEventListener", () => undefined);
const { parseRoute, pathOf } = await import("./route.ts");

describe("routes", () => {
  it.each(["/today", "/upcoming", "/all?tag=caf%C3%A9", "/done", "/trash", "/activity", "/chat"])(
    "%s stands for itself",
    (path) => {
      const [name, search] = path.split("?");
      expect(pathOf(parseRoute(name!, search === undefined ? "" : `?${search}`))).toBe(path);
    },
  );

  it("shows today for what it does not know", () => {
    expect(parseRoute("/", "")).toMatchObject({ section: "tasks", view: "today" });
    expect(parseRoute("/nowhere/else", "?tag=")).toMatchObject({
      section: "tasks",
      view: "today",
      tag: undefined,
    });
  });
});
