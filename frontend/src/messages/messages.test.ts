import { describe, expect, it } from "vitest";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { it as italian } from "./it.ts";
import { pt } from "./pt.ts";

/** Every text with its path; functions are asked with a number or a word. */
function texts(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [[path, String((value as (argument: unknown) => unknown)("7"))]];
  return Object.entries(value as object).flatMap(([key, inner]) => texts(inner, `${path}/${key}`));
}

const english = texts(en);

describe.each([
  ["de", de],
  ["es", es],
  ["fr", fr],
  ["it", italian],
  ["pt", pt],
])("%s", (_, catalog) => {
  it("has every text, none empty, each naming what it is about", () => {
    const own = new Map(texts(catalog));
    expect([...own.keys()].sort()).toEqual(english.map(([path]) => path).sort());
    for (const [path, text] of english) {
      expect(own.get(path), path).not.toBe("");
      if (text.includes("7")) expect(own.get(path), path).toContain("7");
    }
  });
});
