import { asApiError, readProblem } from "./problem.ts";
import type {
  Activity,
  Channel,
  ChannelKinds,
  ChannelOutcome,
  Counts,
  NewChannel,
  Notification,
  Page,
  Preferences,
  Task,
  TaskPatch,
  Undone,
  Verification,
  View,
} from "./types.ts";

/** Where the bearer token comes from: `get` may refresh it, `drop` forgets one the server refused. */
export interface TokenSource {
  get(): Promise<string>;
  drop(): void;
}

export interface ClientOptions {
  fetch: typeof fetch;
  tokens: TokenSource;
  timeZone: () => string;
  language: () => string;
}

/** A write's answer with its undo handle. */
export interface Written<T> {
  data: T;
  changeSet?: string;
}

interface Send {
  method?: string;
  body?: unknown;
  version?: number;
  type?: string;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

export type ApiClient = ReturnType<typeof createClient>;

/** The typed client of the tasks, notifications and audit functions. Failures are ApiErrors. */
export function createClient({ fetch, tokens, timeZone, language }: ClientOptions) {
  async function attempt(path: string, send: Send): Promise<Response> {
    const headers: Record<string, string> = {
      Authorization: `Bearer ${await tokens.get()}`,
      "Accept-Language": language(),
      "Time-Zone": timeZone(),
      ...send.headers,
    };
    if (send.body !== undefined) headers["Content-Type"] = send.type ?? "application/json";
    if (send.version !== undefined) headers["If-Match"] = `"${send.version}"`;
    return fetch(path, {
      method: send.method ?? "GET",
      headers,
      body: send.body === undefined ? undefined : JSON.stringify(send.body),
      signal: send.signal,
      credentials: "same-origin",
    });
  }

  /** Sends with a token; a refused token is renewed once, since it may have expired on the way. */
  async function open(path: string, send: Send = {}): Promise<Response> {
    try {
      let response = await attempt(path, send);
      if (response.status === 401) {
        tokens.drop();
        response = await attempt(path, send);
      }
      if (!response.ok) throw await readProblem(response);
      return response;
    } catch (error) {
      if (send.signal?.aborted) throw error;
      throw asApiError(error);
    }
  }

  async function read<T>(
    path: string,
    query: Record<string, string | number | undefined>,
    signal?: AbortSignal,
  ) {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== "") search.set(name, String(value));
    }
    const suffix = search.size > 0 ? `?${search.toString()}` : "";
    const response = await open(path + suffix, { signal });
    return (await response.json()) as T;
  }

  async function write<T>(path: string, send: Send): Promise<Written<T>> {
    const response = await open(path, send);
    const text = await response.text();
    return {
      data: (text === "" ? undefined : JSON.parse(text)) as T,
      changeSet: response.headers.get("Nudge-Change-Set") ?? undefined,
    };
  }

  const at = (task: Pick<Task, "id">, verb = "") => `/api/tasks/${encodeURIComponent(task.id)}${verb}`;
  const channelAt = (id: string, verb = "") => `/api/notifications/channels/${encodeURIComponent(id)}${verb}`;
  type Versioned = Pick<Task, "id" | "version">;

  return {
    open,
    tasks: (
      query: { view: View; q?: string; tag?: string; after?: string; limit?: number },
      signal?: AbortSignal,
    ) => read<Page<Task>>("/api/tasks", { limit: 50, ...query }, signal),
    counts: (signal?: AbortSignal) => read<Counts>("/api/tasks/counts", {}, signal),
    task: (id: string, signal?: AbortSignal) => read<Task>(at({ id }), {}, signal),
    create: (body: { text: string } | (TaskPatch & { title: string })) =>
      write<Task>("/api/tasks", { method: "POST", body }),
    update: (task: Versioned, body: TaskPatch) =>
      write<Task>(at(task), {
        method: "PATCH",
        body,
        version: task.version,
        type: "application/merge-patch+json",
      }),
    remove: (task: Versioned) => write<undefined>(at(task), { method: "DELETE", version: task.version }),
    complete: (task: Versioned) =>
      write<Task>(at(task, "/complete"), { method: "POST", version: task.version }),
    reopen: (task: Versioned) => write<Task>(at(task, "/reopen"), { method: "POST", version: task.version }),
    restore: (task: Versioned) =>
      write<Task>(at(task, "/restore"), { method: "POST", version: task.version }),
    undo: (changeSet: string) =>
      write<Undone>(`/api/changesets/${encodeURIComponent(changeSet)}/undo`, { method: "POST" }),
    preferences: (signal?: AbortSignal) => read<Preferences>("/api/preferences", {}, signal),
    updatePreferences: (version: number, body: Partial<Omit<Preferences, "version">>) =>
      write<Preferences>("/api/preferences", {
        method: "PATCH",
        body,
        version,
        type: "application/merge-patch+json",
      }),
    notifications: (after?: string, signal?: AbortSignal) =>
      read<Page<Notification>>("/api/notifications", { limit: 30, after }, signal),
    readNotification: (id: string) =>
      write<undefined>(`/api/notifications/${encodeURIComponent(id)}/read`, { method: "POST" }),
    /** Says that it was seen, puts it off, or completes its task. */
    actOnNotification: (id: string, verb: "acknowledge" | "complete" | "snooze", minutes?: number) =>
      write<{ change_set?: string }>(`/api/notifications/${encodeURIComponent(id)}/${verb}`, {
        method: "POST",
        body: minutes === undefined ? undefined : { minutes },
      }),
    channelKinds: (signal?: AbortSignal) =>
      read<ChannelKinds>("/api/notifications/channel-kinds", {}, signal),
    channels: async (signal?: AbortSignal) =>
      (await read<{ data: Channel[] }>("/api/notifications/channels", {}, signal)).data,
    addChannel: (body: NewChannel) => write<Channel>("/api/notifications/channels", { method: "POST", body }),
    updateChannel: (channel: Versioned, body: Partial<Channel>) =>
      write<Channel>(channelAt(channel.id), {
        method: "PATCH",
        body,
        version: channel.version,
        type: "application/merge-patch+json",
      }),
    removeChannel: (channel: Versioned) =>
      write<undefined>(channelAt(channel.id), { method: "DELETE", version: channel.version }),
    /** Without a code one is sent. */
    verifyChannel: async (id: string, code?: string) =>
      (await write<ChannelOutcome>(channelAt(id, "/verify"), { method: "POST", body: { code } })).data,
    testChannel: async (id: string) =>
      (await write<ChannelOutcome>(channelAt(id, "/test"), { method: "POST" })).data,
    activity: (after?: string, signal?: AbortSignal) =>
      read<Page<Activity>>("/api/activity", { limit: 50, after }, signal),
    verification: (signal?: AbortSignal) => read<Verification>("/api/activity/verification", {}, signal),
  };
}
