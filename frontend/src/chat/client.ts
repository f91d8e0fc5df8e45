import type { ApiClient } from "../api/client.ts";
import { readEvents } from "../api/sse.ts";
import { type Action, isJson, type Json, list, readThread, type Thread } from "./protocol.ts";

/** The ChatKit protocol's requests over `POST /chatkit`. */
export type ChatClient = ReturnType<typeof createChatClient>;

export function createChatClient(api: Pick<ApiClient, "open">) {
  const post = (type: string, params: Json, signal?: AbortSignal) =>
    api.open("/chatkit", { method: "POST", body: { type, params }, signal });

  async function* stream(type: string, params: Json, signal?: AbortSignal): AsyncGenerator<unknown> {
    const response = await post(type, params, signal);
    for await (const { data } of readEvents(response)) {
      const event = parse(data);
      if (event !== undefined) yield event;
    }
  }

  async function ask(type: string, params: Json, signal?: AbortSignal): Promise<Json> {
    const answer: unknown = await (await post(type, params, signal)).json();
    return isJson(answer) ? answer : {};
  }

  const input = (message: string) => ({
    content: [{ type: "input_text", text: message }],
    attachments: [],
    inference_options: {},
  });

  return {
    /** Sends a message, into a new thread when none is named. */
    send: (message: string, threadId: string | undefined, signal?: AbortSignal) =>
      threadId === undefined
        ? stream("threads.create", { input: input(message) }, signal)
        : stream("threads.add_user_message", { thread_id: threadId, input: input(message) }, signal),
    retry: (threadId: string, itemId: string, signal?: AbortSignal) =>
      stream("threads.retry_after_item", { thread_id: threadId, item_id: itemId }, signal),
    act: (threadId: string, itemId: string, action: Action, signal?: AbortSignal) =>
      stream(
        "threads.custom_action",
        {
          thread_id: threadId,
          item_id: itemId,
          action: { type: action.type, ...(action.payload && { payload: action.payload }) },
        },
        signal,
      ),
    async threads(signal?: AbortSignal): Promise<Thread[]> {
      const page = await ask("threads.list", { limit: 30, order: "desc" }, signal);
      return list(page.data)
        .map(readThread)
        .filter((thread) => thread !== undefined);
    },
    /** The newest hundred items of a thread, oldest first, as sent. */
    async items(threadId: string, signal?: AbortSignal): Promise<unknown[]> {
      const page = await ask("items.list", { thread_id: threadId, limit: 100, order: "desc" }, signal);
      return list(page.data).toReversed();
    },
    /** The thread itself: its title. */
    async thread(threadId: string, signal?: AbortSignal): Promise<Thread | undefined> {
      return readThread(await ask("threads.get_by_id", { thread_id: threadId }, signal));
    },
    remove: (threadId: string) => ask("threads.delete", { thread_id: threadId }),
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
