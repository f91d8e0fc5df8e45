import { describe, expect, it } from "vitest";
import { complete, isWordsOnly, mistakeOf, piecesOf, tagFilter, withCompletion } from "./syntax.ts";

const known = { tags: ["home", "garden", "a b"], language: "en" };
/** What is offered where the bar stands. */
const offered = (text: string, language = "en") =>
  complete(text.replace("|", ""), text.indexOf("|"), { ...known, language }).map((one) => one.text);
const taken = (text: string, nth = 0) => {
  const [plain, caret] = [text.replace("|", ""), text.indexOf("|")];
  const after = withCompletion(plain, caret, complete(plain, caret, known)[nth]!);
  return `${after.text.slice(0, after.caret)}|${after.text.slice(after.caret)}`;
};

describe("pieces", () => {
  it.each([
    ['due:<"next week" -#home (a or b)', ['due:<"next week"', "-#home", "a", "or", "b"]],
    ['"not closed at all', ['"not closed at all']],
    ["„so etwas“ x", ["„so etwas“", "x"]],
    ["  ", []],
  ])("%s", (text, pieces) => expect(piecesOf(text).map((piece) => piece.text)).toEqual(pieces));

  it.each([
    ["call the plumber", true],
    ['"exact words"', true],
    ["#home", false],
    ["due:today", false],
    ["a or b", false],
    ["-rent", false],
  ])("%s: words only %s", (text, is) => expect(isWordsOnly(text)).toBe(is));

  it("writes any tag so that it is read again", () => {
    expect(["home", "a b", "café"].map(tagFilter)).toEqual(["#home", 'tag:"a b"', "#café"]);
  });
});

describe("completion", () => {
  it("offers every field where nothing stands yet", () => {
    expect(offered("|").slice(0, 3)).toEqual(["due:", "#", "priority:"]);
    expect(offered("x |")).toEqual(offered("|"));
  });

  it.each([
    ["d|", ["due:"]],
    ["-#g|", ["#garden"]],
    ["g|", ["#garden"]],
    ["priority:h|", ["priority:high"]],
    ["p:l|", ["p:low"]],
    ["is:o|", ["is:open", "is:overdue"]],
    ["no:t|", ["no:tags"]],
    ["tag:a|", ['tag:"a b"']],
    ["due:n|", ['due:"next week"', "due:none"]],
    ['due:<"th|', ['due:<"this week"', 'due:<"this month"']],
    ["what:|", []],
    ["is:open|", []],
  ])("%s", (text, list) => expect(offered(text)).toEqual(list));

  it("offers dates in the language that they are read in", () => {
    expect(offered("due:n|", "de")).toEqual(['due:"nächste Woche"', "due:none"]);
  });

  it("puts it in place of what was typed, and goes on", () => {
    expect(taken("is:ov| #home")).toBe("is:overdue |#home");
    expect(taken("-#ho|")).toBe("-#home |");
    expect(taken("du|")).toBe("due:|");
    expect(taken("#home (is:bl| or x)")).toBe("#home (is:blocked |or x)");
  });
});

describe("mistakes", () => {
  it.each([
    ["#a due:soonish x", 'character 4: "soonish" is no date', "due:soonish"],
    ["🌱🌱 due:soonish", "character 4: no date", "due:soonish"],
    ["(a", "character 1: this bracket is not closed", "("],
    ["a or", "character 5: a condition is missing here", ""],
  ])("%s", (text, detail, meant) => {
    const { from, to } = mistakeOf(detail, text);
    expect(text.slice(from, to)).toBe(meant);
  });

  it("is all of the text where the server names no place", () => {
    expect(mistakeOf("at most 1000 characters", "abc")).toMatchObject({ from: 0, to: 3 });
  });
});
