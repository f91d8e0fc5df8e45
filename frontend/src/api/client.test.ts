import { describe, expect, it, vi } from "vitest";
import { createClient } from "./client.ts";
import type { ApiError } from "./problem.ts";

type Call = [path: string, init: RequestInit];

function setup(...answers: (Response | Error)[]) {
  const calls: Call[] = [];
  let made = 0;
  const tokens = { get: vi.fn(() => Promise.resolve("t1")), drop: vi.fn() };
  const api = createClient({
    fetch: ((path: string, init: RequestInit) => {
      calls.push([path, init]);
      const answer = answers.shift() ?? new Error("no more answers");
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    }) as typeof fetch,
    tokens,
    timeZone: () => "Europe/Paris",
    language: () => "fr",
    newKey: () => `k${++made}`,
    wait: () => Promise.resolve(),
  });
  return { api, calls, tokens };
}

const problem = (status: number, body: unknown, type = "application/problem+json") =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { "Content-Type": type },
  });

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  return promise.then(
    () => expect.fail("expected a failure"),
    (error: unknown) => error as ApiError,
  );
}

describe("createClient", () => {
  it("names the person's zone and language and carries the token", async () => {
    const { api, calls } = setup(Response.json({ data: [], has_more: false }));
    await api.tasks({ view: "today", q: "a&b" });
    const [path, init] = calls[0]!;
    expect(path).toBe("/api/tasks?limit=50&view=today&q=a%26b");
    expect(init.headers).toMatchObject({
      Authorization: "Bearer t1",
      "Accept-Language": "fr",
      "Time-Zone": "Europe/Paris",
    });
  });

  it("writes with the version and answers the undo handle", async () => {
    const { api, calls } = setup(Response.json({ id: "1" }, { headers: { "Nudge-Change-Set": "c1" } }));
    const { changeSet } = await api.update({ id: "1", version: 3 }, { title: "x" });
    expect(changeSet).toBe("c1");
    expect(calls[0]![1].headers).toMatchObject({
      "If-Match": '"3"',
      "Content-Type": "application/merge-patch+json",
    });
  });

  it("accepts an answer without a body", async () => {
    const { api } = setup(new Response(null, { status: 204, headers: { "Nudge-Change-Set": "c2" } }));
    await expect(api.remove({ id: "1", version: 1 })).resolves.toEqual({ data: undefined, changeSet: "c2" });
  });

  it("renews a refused token once, and only once", async () => {
    const once = setup(problem(401, {}), Response.json({ today: 1 }));
    await once.api.counts();
    expect(once.tokens.drop).toHaveBeenCalledOnce();

    const twice = setup(problem(401, {}), problem(401, { type: "urn:nudge:problem:unauthorized" }));
    expect((await failure(twice.api.counts())).slug).toBe("unauthorized");
    expect(twice.calls).toHaveLength(2);
  });

  const keysOf = (calls: Call[]) =>
    calls.map(([, init]) => (init.headers as Record<string, string>)["Idempotency-Key"]);

  it("names each act by a key, and reads by none", async () => {
    const { api, calls } = setup(Response.json({}), Response.json({}), Response.json({}));
    await api.counts();
    await api.create({ text: "milk" });
    await api.create({ text: "milk" });
    expect(keysOf(calls)).toEqual([undefined, "k1", "k2"]);
  });

  it("sends a write again that got no answer, as the same act", async () => {
    const { api, calls } = setup(new TypeError("broken"), problem(503, ""), Response.json({ id: "1" }));
    await expect(api.create({ text: "milk" })).resolves.toMatchObject({ data: { id: "1" } });
    expect(keysOf(calls)).toEqual(["k1", "k1", "k1"]);
  });

  it("means the same act when a person tries again what got no answer", async () => {
    const lost = () => new TypeError("broken");
    const { api, calls } = setup(lost(), lost(), lost(), Response.json({}), Response.json({}));
    expect((await failure(api.create({ text: "milk" }))).slug).toBe("offline");
    await api.create({ text: "bread" });
    await api.create({ text: "milk" });
    expect(keysOf(calls)).toEqual(["k1", "k1", "k1", "k2", "k1"]);
  });

  it("takes what was refused for a new act when it is tried again", async () => {
    const { api, calls } = setup(problem(422, {}), Response.json({}));
    await failure(api.create({ text: "milk" }));
    await api.create({ text: "milk" });
    expect(keysOf(calls)).toEqual(["k1", "k2"]);
  });

  it.each([
    [problem(412, { type: "urn:nudge:problem:version-mismatch", detail: "stale" }), "version-mismatch", 412],
    [problem(502, "<html>bad gateway</html>", "text/html"), "unavailable", 502],
    [problem(500, ""), "internal", 500],
    [problem(413, { errors: "not a list", detail: 7 }), "too-large", 413],
    [new TypeError("failed to fetch"), "offline", 0],
  ])("turns %o into one kind of error", async (answer, slug, status) => {
    const { api } = setup(answer);
    expect(await failure(api.counts())).toMatchObject({ name: "ApiError", slug, status });
  });

  it("finds the field a problem is about", async () => {
    const body = {
      type: "urn:nudge:problem:validation",
      errors: [{ pointer: "/due/date", detail: "no such date" }],
    };
    const { api } = setup(problem(422, body));
    expect((await failure(api.create({ text: "x" }))).field("/due")).toBe("no such date");
  });
});
