import { createKeys, isUnsafe, mayHaveArrived } from "./idempotency.ts";
import { asApiError, readProblem } from "./problem.ts";
import type {
  Activity,
  Bulk,
  BulkDone,
  Channel,
  ChannelKinds,
  ChannelOutcome,
  Counts,
  ExportFormat,
  Feed,
  Imported,
  KeptFilter,
  NewChannel,
  NewTask,
  Notification,
  Page,
  Preferences,
  PreviewInput,
  Scope,
  Slots,
  Tag,
  Task,
  TaskPatch,
  TaskQuery,
  Undone,
  Verification,
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
  /** A new key for an act: a UUID. */
  newKey?: () => string;
  /** Resolves after so many milliseconds. */
  wait?: (milliseconds: number) => Promise<void>;
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
  /** Sent as it is, where the body is no JSON. */
  file?: Blob;
}

/** A write without an answer is sent again after these pauses, with the same key: it is done once. */
const PAUSES = [300, 1500];

export type ApiClient = ReturnType<typeof createClient>;

/** The typed client of the tasks, notifications and audit functions. Failures are ApiErrors. */
export function createClient(options: ClientOptions) {
  const { fetch, tokens, timeZone, language, newKey = uuid, wait = pause } = options;
  const keys = createKeys(newKey);

  async function attempt(path: string, send: Send, key: string | undefined): Promise<Response> {
    const headers: Record<string, string> = {
      Authorization: `Bearer ${await tokens.get()}`,
      "Accept-Language": language(),
      "Time-Zone": timeZone(),
      ...send.headers,
    };
    if (key !== undefined) headers["Idempotency-Key"] = key;
    if (send.file !== undefined) headers["Content-Type"] = "application/octet-stream";
    if (send.body !== undefined) headers["Content-Type"] = send.type ?? "application/json";
    if (send.version !== undefined) headers["If-Match"] = `"${send.version}"`;
    return fetch(path, {
      method: send.method ?? "GET",
      headers,
      body: send.file ?? (send.body === undefined ? undefined : JSON.stringify(send.body)),
      signal: send.signal,
      credentials: "same-origin",
    });
  }

  /** Sends with a token; a refused token is renewed once, since it may have expired on the way. */
  async function once(path: string, send: Send, key: string | undefined): Promise<Response> {
    try {
      let response = await attempt(path, send, key);
      if (response.status === 401) {
        tokens.drop();
        response = await attempt(path, send, key);
      }
      if (!response.ok) throw await readProblem(response);
      return response;
    } catch (error) {
      if (send.signal?.aborted) throw error;
      throw asApiError(error);
    }
  }

  /** An unsafe request names its act by a key, which it keeps until an answer has come. */
  async function open(path: string, send: Send = {}): Promise<Response> {
    if (!isUnsafe(send.method)) return once(path, send, undefined);
    const act = keys.take([send.method, path, send.version, send.file ?? send.body]);
    try {
      return await once(path, send, act.key);
    } catch (error) {
      if (mayHaveArrived(error)) act.lost();
      throw error;
    }
  }

  /** As open, and patient: what got no answer is sent again. */
  async function persist(path: string, send: Send): Promise<Response> {
    for (const milliseconds of PAUSES) {
      try {
        return await open(path, send);
      } catch (error) {
        if (!mayHaveArrived(error)) throw error;
        await wait(milliseconds);
      }
    }
    return open(path, send);
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
    const response = await persist(path, send);
    const text = await response.text();
    return {
      data: (text === "" ? undefined : JSON.parse(text)) as T,
      changeSet: response.headers.get("Nudge-Change-Set") ?? undefined,
    };
  }

  const at = (task: Pick<Task, "id">, verb = "") => `/api/tasks/${encodeURIComponent(task.id)}${verb}`;
  const channelAt = (id: string, verb = "") => `/api/notifications/channels/${encodeURIComponent(id)}${verb}`;
  const filterAt = (id: string) => `/api/filters/${encodeURIComponent(id)}`;
  type Versioned = Pick<Task, "id" | "version">;

  return {
    open,
    tasks: (query: TaskQuery, signal?: AbortSignal) =>
      read<Page<Task>>("/api/tasks", { limit: 50, ...query }, signal),
    counts: (signal?: AbortSignal) => read<Counts>("/api/tasks/counts", {}, signal),
    task: (id: string, signal?: AbortSignal) => read<Task>(at({ id }), {}, signal),
    create: (body: { text: string } | NewTask) => write<Task>("/api/tasks", { method: "POST", body }),
    /** Of an occurrence, `scope` says how far the change goes. */
    update: (task: Versioned, body: TaskPatch, scope?: Scope) =>
      write<Task>(at(task) + (scope === undefined ? "" : `?scope=${scope}`), {
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
    skip: (task: Versioned) => write<Task>(at(task, "/skip"), { method: "POST", version: task.version }),
    pause: (task: Versioned, until: string) =>
      write<Task>(at(task, "/pause"), { method: "POST", version: task.version, body: { until } }),
    resume: (task: Versioned) => write<Task>(at(task, "/resume"), { method: "POST", version: task.version }),
    bulk: (body: Bulk, dryRun: boolean) =>
      write<BulkDone>(`/api/tasks/bulk${dryRun ? "?dry_run=true" : ""}`, { method: "POST", body }),
    tags: async (signal?: AbortSignal) => (await read<{ data: Tag[] }>("/api/tags", {}, signal)).data,
    /** A name that is in use merges the two; an empty one takes the tag off. */
    renameTag: (from: string, to: string, dryRun: boolean) =>
      write<BulkDone>(`/api/tags/rename${dryRun ? "?dry_run=true" : ""}`, {
        method: "POST",
        body: { from, to },
      }),
    previewRecurrence: async (body: PreviewInput, signal?: AbortSignal) =>
      (await (await open("/api/recurrence/preview", { method: "POST", body, signal })).json()) as Slots,
    filters: async (signal?: AbortSignal) =>
      (await read<{ data: KeptFilter[] }>("/api/filters", {}, signal)).data,
    keepFilter: (body: Pick<KeptFilter, "name" | "filter"> & { position?: number }) =>
      write<KeptFilter>("/api/filters", { method: "POST", body }),
    updateFilter: (filter: Versioned, body: Partial<Pick<KeptFilter, "name" | "filter" | "position">>) =>
      write<KeptFilter>(filterAt(filter.id), {
        method: "PATCH",
        body,
        version: filter.version,
        type: "application/merge-patch+json",
      }),
    dropFilter: (filter: Versioned) =>
      write<undefined>(filterAt(filter.id), { method: "DELETE", version: filter.version }),
    export: async (format: ExportFormat) => (await open(`/api/export?format=${format}`)).blob(),
    importFile: (file: Blob, dryRun: boolean) =>
      write<Imported>(`/api/import${dryRun ? "?dry_run=true" : ""}`, { method: "POST", file }),
    feeds: async (signal?: AbortSignal) => (await read<{ data: Feed[] }>("/api/feeds", {}, signal)).data,
    createFeed: (body: { name?: string; filter?: string }) =>
      write<Feed>("/api/feeds", { method: "POST", body }),
    deleteFeed: (id: string) =>
      write<undefined>(`/api/feeds/${encodeURIComponent(id)}`, { method: "DELETE" }),
    /** Destroys all that the person has; `words` are what they typed. */
    deleteAccount: (words: string) =>
      write<undefined>("/api/account", { method: "DELETE", headers: { "Nudge-Confirm": words } }),
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

/** A UUID, also where the page is not at a secure address and the browser withholds its own. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
