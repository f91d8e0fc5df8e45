import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** The pairs that carry text (4.5:1, WCAG 2.2 AA 1.4.3) and those that only mark a control or a state (3:1, 1.4.11). */
const TEXT: [string, string][] = [
  ...["ground", "surface", "raised", "sunken"].flatMap((ground): [string, string][] => [
    ["text", ground],
    ["text-soft", ground],
  ]),
  ["text-faint", "ground"],
  ["text-faint", "surface"],
  ["text-faint", "raised"],
  ["accent", "ground"],
  ["accent", "surface"],
  ["accent", "raised"],
  ["accent-strong", "accent-wash-strong"],
  ["text", "accent-wash-strong"],
  ["text", "accent-wash"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["danger", "ground"],
  ["danger", "surface"],
  ["danger", "danger-wash"],
  ["danger-strong", "danger-wash"],
  ["text", "danger-wash"],
  ["on-danger", "danger"],
  ["nudge-text", "nudge-wash"],
  ["on-inverse", "inverse"],
  ["on-inverse-accent", "inverse"],
];
const MARKS: [string, string][] = [
  ["control", "surface"],
  ["control", "raised"],
  ["control", "ground"],
  ["accent", "accent-wash"],
  ["on-inverse-nudge", "inverse"],
];

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** The declarations of the rules whose selector matches, later ones winning. */
function declarations(selector: RegExp): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, head = "", body = ""] of css.matchAll(/([^{};]+)\{([^{}]*)\}/g)) {
    if (!selector.test((head.trim().split("\n").at(-1) ?? "").trim())) continue;
    for (const [, name = "", value = ""] of body.matchAll(/(--[\w-]+):\s*([^;]+);/g))
      found.set(name, value.trim());
  }
  return found;
}

const light = declarations(/^:root$/);
const darkChosen = new Map([...light, ...declarations(/^:root\[data-theme="dark"\]$/)]);
const darkSystem = new Map([...light, ...declarations(/^:root:not\(\[data-theme="light"\]\)$/)]);

function colour(theme: Map<string, string>, name: string): string {
  let value = theme.get(name) ?? "";
  for (
    let reference = /^var\((--[\w-]+)\)$/.exec(value);
    reference;
    reference = /^var\((--[\w-]+)\)$/.exec(value)
  ) {
    value = theme.get(reference[1]!) ?? "";
  }
  expect(value, name).toMatch(/^#[0-9a-f]{6}$/);
  return value;
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

describe.each([
  ["light", light],
  ["dark", darkChosen],
])("%s theme", (_, theme) => {
  it.each(TEXT)("%s on %s can be read", (front, back) => {
    expect(
      contrast(colour(theme, `--color-${front}`), colour(theme, `--color-${back}`)),
    ).toBeGreaterThanOrEqual(4.5);
  });
  it.each(MARKS)("%s on %s can be seen", (front, back) => {
    expect(
      contrast(colour(theme, `--color-${front}`), colour(theme, `--color-${back}`)),
    ).toBeGreaterThanOrEqual(3);
  });
});

it("is the same dark, whoever chose it", () => {
  expect([...darkSystem]).toEqual([...darkChosen]);
});
