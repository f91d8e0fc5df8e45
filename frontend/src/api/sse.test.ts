import { describe, expect, it } from "vitest";
import { createSseParser } from "./sse.ts";

function parseIn(size: number, text: string) {
  const parse = createSseParser();
  const events = [];
  for (let at = 0; at < text.length; at += size) events.push(...parse(text.slice(at, at + size)));
  return events;
}

describe("createSseParser", () => {
  const stream =
    '\uFEFF: hb\r\n\r\nevent: change\r\nid: 7\r\ndata: {"a":1}\r\n\r\ndata: one\ndata:two\n\nretry: 5\n\ndata: cut';

  it.each([1, 2, 3, 7, 1000])("reads the same events in pieces of %i", (size) => {
    expect(parseIn(size, stream)).toEqual([
      { event: "change", data: '{"a":1}', id: "7" },
      { event: "message", data: "one\ntwo", id: "7" },
    ]);
  });

  it("ends a line at a lone CR", () => {
    expect(parseIn(1, "data: a\r\rdata: b\r\r.")).toMatchObject([{ data: "a" }, { data: "b" }]);
  });

  it("ignores an id with NUL and fields without a value", () => {
    expect(parseIn(4, "id: a\0b\nevent\ndata\n\n")).toEqual([{ event: "message", data: "", id: undefined }]);
  });
});
