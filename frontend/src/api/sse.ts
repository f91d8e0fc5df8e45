/** Server-sent events over fetch (EventSource cannot send a bearer token). */

export interface ServerEvent {
  event: string;
  data: string;
  id?: string;
}

/**
 * An incremental parser of `text/event-stream`: feed it text as it arrives, get the events completed by it. Comments are
 * dropped; lines may end in LF, CR or CRLF, and be cut anywhere.
 */
export function createSseParser(): (chunk: string) => ServerEvent[] {
  let rest = "";
  let started = false;
  let event = "";
  let data: string[] = [];
  let id: string | undefined;

  function line(text: string, events: ServerEvent[]) {
    if (text === "") {
      if (data.length > 0) events.push({ event: event || "message", data: data.join("\n"), id });
      event = "";
      data = [];
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const raw = colon < 0 ? "" : text.slice(colon + 1);
    const value = raw.startsWith(" ") ? raw.slice(1) : raw;
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
    else if (field === "id" && !value.includes("\0")) id = value;
  }

  return (chunk) => {
    const events: ServerEvent[] = [];
    rest += chunk;
    if (!started && rest.length > 0) {
      if (rest.startsWith("\uFEFF")) rest = rest.slice(1);
      started = true;
    }
    // A CR at the very end may be half of a CRLF: wait for what follows.
    const usable = rest.endsWith("\r") ? rest.length - 1 : rest.length;
    const lines = rest.slice(0, usable).split(/\r\n|\r|\n/);
    const last = lines.pop() ?? "";
    rest = last + rest.slice(usable);
    for (const text of lines) line(text, events);
    return events;
  };
}

/** The events of a streamed answer, until it ends. Throws when the connection breaks. */
export async function* readEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (response.body === null) return;
  const parse = createSseParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parse(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
