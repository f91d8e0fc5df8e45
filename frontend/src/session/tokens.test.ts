import { describe, expect, it } from "vitest";
import { createTokens, lifetimeOf } from "./tokens.ts";

const token = (claims: unknown, mark = "") => `e30.${btoa(JSON.stringify(claims))}.${mark}`;

describe("createTokens", () => {
  it("asks once for many, keeps it until a minute before its end, then renews", async () => {
    let now = 1_000_000;
    let asked = 0;
    // The device's clock is years behind the server's: only the token's length counts.
    const tokens = createTokens(
      () => Promise.resolve(token({ iat: 2e9, exp: 2e9 + 900 }, String((asked += 1)))),
      () => now,
    );
    const first = await Promise.all([tokens.get(), tokens.get(), tokens.get()]);
    expect(new Set(first).size).toBe(1);
    now += 839_000;
    expect(await tokens.get()).toBe(first[0]);
    now += 2000;
    expect(await tokens.get()).not.toBe(first[0]);
    expect(asked).toBe(2);
  });

  it("asks again after a drop and after a failure", async () => {
    let asked = 0;
    const tokens = createTokens(
      () =>
        (asked += 1) === 1 ? Promise.reject(new Error("away")) : Promise.resolve(token({ iat: 0, exp: 900 })),
      () => 0,
    );
    await expect(tokens.get()).rejects.toThrow("away");
    await tokens.get();
    tokens.drop();
    await tokens.get();
    expect(asked).toBe(3);
  });
});

describe("lifetimeOf", () => {
  it.each(["", "a.b.c", "x", token({ exp: "soon" }), token(null)])("is 0 for %s", (text) => {
    expect(lifetimeOf(text)).toBe(0);
  });
});
