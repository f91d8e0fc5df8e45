import { useQueryClient } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import type { KeptFilter, Notification, Task } from "../api/types.ts";
import { ChatPanel } from "../chat/ChatPanel.tsx";
import { useLive } from "../live/useLive.ts";
import { useKeptFilters } from "../filter/queries.ts";
import { useMessages } from "../messages/index.tsx";
import { Bell } from "../notifications/Bell.tsx";
import { lateness } from "../notifications/late.ts";
import { type TaskActions, useTaskActions } from "../tasks/actions.ts";
import { findTask } from "../tasks/cache.ts";
import { TasksPage } from "../tasks/TasksPage.tsx";
import { formatInstant } from "../dates/due.ts";
import { endPicking, pick, pickAll, selection } from "../tasks/selection.ts";
import { useStore } from "../ui/store.ts";
import { showToast } from "../ui/toasts.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import { Sidebar, TabBar } from "./Navigation.tsx";
import { explain } from "./problems.ts";
import { navigate, useRoute } from "./route.ts";
import { useDates, useServices } from "./services.tsx";
import { moveSelection, useShortcuts } from "./shortcuts.ts";
import { usePreferences } from "./usePreferences.ts";

// What a first glance does not need comes after it.
const ActivityPage = lazy(() => import("../activity/ActivityPage.tsx"));
const Editor = lazy(() => import("../tasks/Editor.tsx"));
const TagsDialog = lazy(() => import("../tasks/TagsDialog.tsx"));
const FilterDialog = lazy(() => import("../filter/FilterDialog.tsx"));
const Help = lazy(() => import("./Help.tsx"));
const Settings = lazy(() => import("../settings/Settings.tsx"));

/** The page of who is signed in: views, list, chat; and what opens above them. */
export function Workspace() {
  const messages = useMessages();
  const route = useRoute();
  const actions = useTaskActions();
  const [selected, setSelected] = useState<string>();
  const [help, setHelp] = useState(false);
  const [settings, setSettings] = useState(false);
  const [tags, setTags] = useState(false);
  const [keeping, setKeeping] = useState<{ kept?: KeptFilter; filter: string }>();
  const keptFilters = useKeptFilters().data;
  const keep = (filter: string) =>
    setKeeping({ filter, kept: keptFilters?.find((kept) => kept.filter === filter) });
  const { editing, openTask, edit } = useEditing();
  useLinkedTask(openTask);
  const connected = useLive(useReminderToast(openTask));
  usePreferences();
  useWorkspaceShortcuts({ selected, setSelected, actions, edit, openHelp: () => setHelp(true) });

  // Another place has other rows.
  useEffect(endPicking, [route]);

  const menus = {
    onHelp: () => setHelp(true),
    onSettings: () => setSettings(true),
    onTags: () => setTags(true),
  };
  const corner = (
    <div className="corner">
      <Bell onOpenTask={openTask} onOpenSettings={() => setSettings(true)} />
      <AccountMenu {...menus} />
    </div>
  );
  return (
    <div className="workspace" data-section={route.section}>
      <a className="skip" href="#main">
        {messages.nav.skip}
      </a>
      <Sidebar route={route} {...menus} onEditFilter={(kept) => setKeeping({ kept, filter: kept.filter })} />
      <main id="main" className="main" tabIndex={-1}>
        {!connected && (
          <p className="banner" role="status">
            <WifiOff size={16} aria-hidden="true" />
            {messages.offline.banner}
          </p>
        )}
        {route.section === "activity" ? (
          <Suspense>
            <ActivityPage onUndo={(changeSet) => void actions.undo(changeSet)} onOpenTask={openTask}>
              {corner}
            </ActivityPage>
          </Suspense>
        ) : (
          <TasksPage
            key={route.view}
            {...{ route, actions, selected }}
            onSelect={setSelected}
            onOpen={edit}
            onKeep={keep}
          >
            {corner}
          </TasksPage>
        )}
      </main>
      <ChatPanel onOpenTask={openTask} />
      <TabBar route={route} />
      <Suspense>
        {editing !== undefined && (
          <Editor
            key={editing.id}
            task={editing}
            actions={actions}
            onClose={() => edit(undefined)}
            onOpen={edit}
          />
        )}
        {keeping !== undefined && (
          <FilterDialog kept={keeping.kept} filter={keeping.filter} onClose={() => setKeeping(undefined)} />
        )}
        {tags && <TagsDialog actions={actions} onClose={() => setTags(false)} />}
        {settings && <Settings actions={actions} onClose={() => setSettings(false)} />}
        {help && <Help onClose={() => setHelp(false)} />}
      </Suspense>
    </div>
  );
}

/** The task in the editor; by id it is taken from what is known, else read. */
function useEditing() {
  const messages = useMessages();
  const client = useQueryClient();
  const { api } = useServices();
  const [editing, edit] = useState<Task>();
  const openTask = useCallback(
    (id: string) => {
      const known = findTask(client, id);
      if (known !== undefined) return edit(known);
      api
        .task(id)
        .then(edit, (error: unknown) => showToast({ tone: "danger", text: explain(error, messages) }));
    },
    [api, client, messages],
  );
  return { editing, edit, openTask };
}

/** The task that a mail, or a notification of the system, leads to. */
function useLinkedTask(openTask: (id: string) => void) {
  useEffect(() => {
    const linked = new URLSearchParams(location.search).get("task");
    if (linked !== null) {
      history.replaceState(null, "", location.pathname);
      openTask(linked);
    }
    if (!("serviceWorker" in navigator)) return;
    const heard = ({ data }: MessageEvent<{ type?: string; task?: string }>) => {
      if (data.type === "nudge-open" && data.task) openTask(data.task);
    };
    navigator.serviceWorker.addEventListener("message", heard);
    return () => navigator.serviceWorker.removeEventListener("message", heard);
  }, [openTask]);
}

/** What came longer ago than this is in the list, and no longer news: a late delivery tells of it again. */
const NEWS_MS = 600_000;

/** A reminder that fires while the page is open. */
function useReminderToast(openTask: (id: string) => void) {
  const { notifications: words } = useMessages();
  const dates = useDates();
  return useCallback(
    (notification: Notification) => {
      const old = dates.now.getTime() - Date.parse(notification.created_at) > NEWS_MS;
      if (notification.silent || notification.kind === "digest" || notification.read_at || old) return;
      const late = lateness(notification, dates.locale);
      const due = notification.due_at && words.due(formatInstant(notification.due_at, dates));
      showToast({
        tone: "nudge",
        text: `${words.reminder}: ${notification.title}`,
        detail: [due, late && words.late(late)].filter(Boolean).join(" · ") || undefined,
        action: { label: words.openTask, run: () => openTask(notification.task_id) },
      });
    },
    [dates, openTask, words],
  );
}

interface ShortcutTargets {
  selected: string | undefined;
  setSelected(id: string | undefined): void;
  actions: TaskActions;
  edit(task: Task): void;
  openHelp(): void;
}

function useWorkspaceShortcuts({ selected, setSelected, actions, edit, openHelp }: ShortcutTargets) {
  const client = useQueryClient();
  const withSelected = (run: (task: Task) => void) => () => {
    const task = selected === undefined ? undefined : findTask(client, selected);
    if (task !== undefined && task.trashed_at === undefined) run(task);
  };
  const picking = useStore(selection).on;
  const move = (step: 1 | -1) => () => setSelected(moveSelection(selected, step));
  const extend = (step: 1 | -1) => () => {
    if (selected !== undefined && selection.get().anchor === undefined) pick(selected);
    const next = moveSelection(selected, step);
    setSelected(next);
    if (next !== undefined) pick(next, true);
  };
  const focusBulk = () => document.querySelector<HTMLElement>(".bulk-acts button")?.focus();
  const focus = (id: string) => () => document.getElementById(id)?.focus();
  const remove = withSelected((task) => {
    setSelected(moveSelection(task.id, 1));
    void actions.remove(task);
  });
  useShortcuts({
    n: focus("quick-add"),
    "/": focus("search"),
    c: focus("composer"),
    j: move(1),
    k: move(-1),
    ArrowDown: move(1),
    ArrowUp: move(-1),
    J: extend(1),
    K: extend(-1),
    "Shift+ArrowDown": extend(1),
    "Shift+ArrowUp": extend(-1),
    s: () => selected !== undefined && pick(selected),
    ...(picking && { "Mod+a": pickAll }),
    b: focusBulk,
    x: withSelected(
      (task) => void (task.status === "completed" ? actions.reopen(task) : actions.complete(task)),
    ),
    e: withSelected(edit),
    Delete: remove,
    Backspace: remove,
    u: () => actions.undoLast(),
    "1": () => navigate({ view: "today" }),
    "2": () => navigate({ view: "upcoming" }),
    "3": () => navigate({ view: "all" }),
    "4": () => navigate({ view: "done" }),
    "5": () => navigate({ section: "activity" }),
    "6": () => navigate({ view: "trash" }),
    "?": openHelp,
  });
}
