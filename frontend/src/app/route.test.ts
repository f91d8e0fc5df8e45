import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("location", { pathname: "/", search: "" });
vi.stubGlobal("addEventListener", () => undefined);
const { parseRoute, pathOf } = await import("./route.ts");

describe("routes", () => {
  it.each([
    "/today",
    "/upcoming",
    "/all?filter=%23caf%C3%A9%20due%3Atoday",
    "/all?sort=-priority",
    "/today?filter=%23home&sort=position",
    "/done",
    "/trash",
    "/activity",
    "/chat",
  ])("%s stands for itself", (path) => {
    const [name, search] = path.split("?");
    expect(pathOf(parseRoute(name!, search === undefined ? "" : `?${search}`))).toBe(path);
  });

  it("shows today for what it does not know", () => {
    expect(parseRoute("/", "")).toMatchObject({ section: "tasks", view: "today" });
    expect(parseRoute("/nowhere/else", "?tag=")).toMatchObject({
      section: "tasks",
      view: "today",
      filter: undefined,
    });
  });

  it("leaves an order that it does not know to the view", () => {
    expect(parseRoute("/all", "?sort=colour").sort).toBeUndefined();
  });

  it("takes an older address of a tag for the filter that it is", () => {
    expect(parseRoute("/all", "?tag=home")).toMatchObject({ view: "all", filter: "#home" });
  });
});
