import { X } from "lucide-react";
import { useCallback, useState } from "react";
import type { Task, View } from "../api/types.ts";
import { Link } from "../app/Link.tsx";
import type { Route } from "../app/route.ts";
import { useDates } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import type { TaskActions } from "./actions.ts";
import { QuickAdd } from "./QuickAdd.tsx";
import { useCounts } from "./queries.ts";
import { SearchBox } from "./SearchBox.tsx";
import { TaskList } from "./TaskList.tsx";

interface TasksPageProps {
  route: Route;
  actions: TaskActions;
  selected: string | undefined;
  onSelect(id: string): void;
  onOpen(task: Task): void;
  /** What stands at the right end of the heading. */
  children?: React.ReactNode;
}

const PILLS = ["today", "upcoming", "all", "done"] as const;

export function TasksPage({ route, actions, selected, onSelect, onOpen, children }: TasksPageProps) {
  const messages = useMessages();
  const [q, setQ] = useState("");
  const search = useCallback((words: string) => setQ(words), []);
  return (
    <>
      <header className="page-head">
        <div className="page-title">
          <h1>{messages.nav[route.view]}</h1>
          <Subtitle view={route.view} />
        </div>
        <SearchBox onSearch={search} />
        {children}
      </header>
      <ViewPills view={route.view} />
      {route.tag !== undefined && (
        <Link to={{ view: route.view }} className="tag-filter" aria-label={messages.tasks.clearTag}>
          {messages.tasks.tagged(route.tag)}
          <X size={14} aria-hidden="true" />
        </Link>
      )}
      {route.view !== "trash" && route.view !== "done" && <QuickAdd actions={actions} onAdded={onSelect} />}
      <div className="page-list">
        <TaskList view={route.view} q={q} tag={route.tag} {...{ actions, selected, onSelect, onOpen }} />
      </div>
    </>
  );
}

/** The views as pills, where there is no room for the sidebar. */
function ViewPills({ view }: { view: View }) {
  const { nav } = useMessages();
  const counts = useCounts();
  return (
    <nav className="pills" aria-label={nav.label}>
      {PILLS.map((name) => (
        <Link
          key={name}
          to={{ view: name }}
          className="pill"
          aria-current={view === name ? "page" : undefined}
        >
          {nav[name]}
          {name !== "done" && (counts.data?.[name] ?? 0) > 0 && <span>{counts.data?.[name]}</span>}
        </Link>
      ))}
    </nav>
  );
}

function Subtitle({ view }: { view: View }) {
  const { now, zone, locale } = useDates();
  const { tasks } = useMessages();
  const counts = useCounts();
  if (view === "today") {
    const options: Intl.DateTimeFormatOptions = {
      weekday: "long",
      day: "numeric",
      month: "long",
      timeZone: zone,
    };
    return <p className="page-sub">{new Intl.DateTimeFormat(locale, options).format(now)}</p>;
  }
  if (view === "done" || view === "trash" || counts.data === undefined)
    return <p className="page-sub">&nbsp;</p>;
  return <p className="page-sub">{tasks.open(counts.data[view])}</p>;
}
