import { describe, expect, it } from "vitest";
import { type ChatEvent, emptyView, lastUserItem, reduce, type ThreadView } from "./reducer.ts";
import { wordsOf } from "./widgetTree.ts";

const play = (events: ChatEvent[], from: ThreadView = emptyView) => events.reduce(reduce, from);
const received = (...events: unknown[]): ChatEvent[] => events.map((event) => ({ type: "received", event }));
const user = (id: string, text: string) => ({
  type: "user_message",
  id,
  created_at: "2026-11-23T10:00:00Z",
  content: [{ type: "input_text", text }],
});
const assistant = (id: string, text = "") => ({
  type: "assistant_message",
  id,
  content: text === "" ? [] : [{ type: "output_text", text }],
});
const sent: ChatEvent = { type: "sent", id: "local-1", text: "pay rent", at: "2026-11-23T10:00:00Z" };
const delta = (id: string, text: string, index = 0) => ({
  type: "thread.item.updated",
  item_id: id,
  update: { type: "assistant_message.content_part.text_delta", content_index: index, delta: text },
});

describe("reduce", () => {
  it("plays a turn: the sent message is replaced by the server's, the answer grows, the end settles it", () => {
    const turn = [
      sent,
      ...received(
        { type: "thread.created", thread: { id: "thr_1", created_at: "now" } },
        { type: "thread.item.done", item: user("msg_1", "pay rent") },
        { type: "stream_options", stream_options: { allow_cancel: true } },
        { type: "progress_update", text: "Reading" },
        { type: "thread.item.added", item: assistant("msg_2") },
        delta("msg_2", "Done"),
        delta("msg_2", ", see below."),
      ),
    ];
    const during = play(turn);
    expect(during).toMatchObject({ busy: true, progress: "", thread: { id: "thr_1" } });
    expect(during.items).toMatchObject([
      { kind: "user", id: "msg_1", state: "sent" },
      { kind: "assistant", parts: ["Done, see below."], streaming: true },
    ]);
    const after = play(
      [...received({ type: "thread.item.done", item: assistant("msg_2", "Done.") }), { type: "ended" }],
      during,
    );
    expect(after.busy).toBe(false);
    expect(after.items[1]).toMatchObject({ parts: ["Done."], streaming: false });
  });

  it("shows items twice delivered once", () => {
    const event = { type: "thread.item.done", item: assistant("msg_2", "Hi") };
    expect(play(received(event, event)).items).toHaveLength(1);
  });

  it("keeps an unsent message, to be sent again", () => {
    const view = play([sent, { type: "failed", message: "No connection" }]);
    expect(lastUserItem(view)).toMatchObject({ text: "pay rent", state: "failed" });
    expect(view.error).toEqual({ message: "No connection", retry: true });
    expect(play([sent], view).items).toHaveLength(1);
  });

  it("keeps an unsent message over a re-read, unless the server has it after all", () => {
    const failed = play([sent, { type: "failed", message: "" }]);
    const without = play([{ type: "loaded", thread: undefined, items: [assistant("m0", "Hi")] }], failed);
    expect(without.items.map((item) => item.kind)).toEqual(["assistant", "user"]);
    const having = play([{ type: "loaded", thread: undefined, items: [user("m1", "pay rent")] }], failed);
    expect(having.items).toMatchObject([{ id: "m1", state: "sent" }]);
  });

  it("waits visibly while a broken stream is caught up", () => {
    const view = play([
      sent,
      ...received({ type: "thread.item.added", item: assistant("m", "Ha") }),
      { type: "broke", progress: "Catching up" },
    ]);
    expect(view).toMatchObject({ busy: true, progress: "Catching up", error: undefined });
    expect(view.items[1]).toMatchObject({ streaming: false });
  });

  it("updates widgets by component, by streamed text and as a whole", () => {
    const widget = {
      type: "widget",
      id: "w",
      widget: {
        type: "Card",
        children: [
          { type: "Text", id: "t", value: "a" },
          { type: "Badge", id: "b", label: "x" },
        ],
      },
    };
    const change = (update: unknown) => ({ type: "thread.item.updated", item_id: "w", update });
    const view = play(
      received(
        { type: "thread.item.done", item: widget },
        change({ type: "widget.streaming_text.value_delta", component_id: "t", delta: "bc", done: true }),
        change({
          type: "widget.component.updated",
          component_id: "b",
          component: { type: "Badge", label: "y" },
        }),
        change({ type: "widget.component.updated", component_id: "nowhere", component: { type: "Badge" } }),
      ),
    );
    const item = view.items[0]!;
    expect(item.kind === "widget" && wordsOf(item.widget)).toBe("abc, y");
    const whole = play(
      received(change({ type: "widget.root.updated", widget: { type: "Card", children: [] } })),
      view,
    );
    expect(whole.items[0]).toMatchObject({ widget: { children: [] } });
  });

  it("removes, replaces, notices and reports", () => {
    const view = play(
      received(
        { type: "thread.item.done", item: assistant("m1", "one") },
        { type: "thread.item.done", item: assistant("m2", "two") },
        { type: "thread.item.removed", item_id: "m1" },
        { type: "thread.item.replaced", item: assistant("m2", "three") },
        { type: "notice", level: "warning", message: "careful" },
        { type: "error", code: "custom", message: "too much", allow_retry: false },
      ),
    );
    expect(view.items).toMatchObject([{ parts: ["three"] }, { kind: "notice", text: "careful" }]);
    expect(view.error).toEqual({ message: "too much", retry: false });
  });

  it.each([
    undefined,
    null,
    7,
    "text",
    [],
    {},
    { type: "thread.created" },
    { type: "thread.item.done" },
    { type: "thread.item.done", item: { type: "user_message", id: "m", content: { no: "list" } } },
    { type: "thread.item.done", item: { type: "widget", id: "w" } },
    { type: "thread.item.done", item: { type: "from_the_future", id: "f" } },
    { type: "thread.item.updated", item_id: "nowhere", update: null },
    { type: "thread.item.updated" },
    { type: "notice" },
    { type: "error" },
    { type: "client_effect", name: "?" },
  ])("never throws on %j", (event) => {
    expect(() => play(received(event))).not.toThrow();
  });

  it("ignores text for a part far beyond the end", () => {
    const view = play(
      received(
        { type: "thread.item.added", item: assistant("m") },
        delta("m", "x", 1e9),
        delta("m", "x", -1),
      ),
    );
    expect(view.items[0]).toMatchObject({ parts: [] });
  });
});
