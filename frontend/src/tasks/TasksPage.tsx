import { ListChecks } from "lucide-react";
import { useMemo } from "react";
import { asApiError } from "../api/problem.ts";
import type { Task, View } from "../api/types.ts";
import { Link } from "../app/Link.tsx";
import type { Route } from "../app/route.ts";
import { useDates } from "../app/services.tsx";
import { FilterBox } from "../filter/FilterBox.tsx";
import { FilterPills } from "../filter/KeptFilters.tsx";
import { useKeptFilters } from "../filter/queries.ts";
import { mistakeOf } from "../filter/syntax.ts";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "../ui/Button.tsx";
import { useStore } from "../ui/store.ts";
import type { TaskActions } from "./actions.ts";
import { QuickAdd } from "./QuickAdd.tsx";
import { queryOf, useCounts, useTasks } from "./queries.ts";
import { endPicking, selection } from "./selection.ts";
import { SortMenu } from "./SortMenu.tsx";
import { TaskList } from "./TaskList.tsx";

interface TasksPageProps {
  route: Route;
  actions: TaskActions;
  selected: string | undefined;
  onSelect(id: string): void;
  onOpen(task: Task): void;
  onKeep(filter: string): void;
  /** What stands at the right end of the heading. */
  children?: React.ReactNode;
}

const PILLS = ["today", "upcoming", "all", "done"] as const;

export function TasksPage(props: TasksPageProps) {
  const { route, actions, selected, onSelect, onOpen, onKeep, children } = props;
  const { bulk } = useMessages();
  const picking = useStore(selection).on;
  const { error } = useTasks(queryOf(route));
  const mistake = useMemo(() => {
    if (route.filter === undefined || error === null) return undefined;
    const detail = asApiError(error).field("/filter");
    return detail === undefined ? undefined : mistakeOf(detail, route.filter);
  }, [route.filter, error]);
  return (
    <>
      <header className="page-head">
        <Heading route={route} />
        <IconButton
          label={bulk.start}
          aria-pressed={picking}
          className="head-pick"
          onClick={() => (picking ? endPicking() : selection.set((last) => ({ ...last, on: true })))}
        >
          <ListChecks size={19} />
        </IconButton>
        <SortMenu route={route} />
        <FilterBox route={route} mistake={mistake} onKeep={onKeep} />
        {children}
      </header>
      <ViewPills route={route} />
      <FilterPills route={route} />
      {route.filter === undefined && route.view !== "trash" && route.view !== "done" && (
        <QuickAdd actions={actions} onAdded={onSelect} />
      )}
      <div className="page-list">
        <TaskList route={route} mistake={mistake} {...{ actions, selected, onSelect, onOpen }} />
      </div>
    </>
  );
}

/** The view's name, or the kept filter's. */
function Heading({ route }: { route: Route }) {
  const { nav, filter: words } = useMessages();
  const kept = useKeptFilters().data?.find((filter) => filter.filter === route.filter);
  if (route.filter === undefined)
    return (
      <div className="page-title">
        <h1>{nav[route.view]}</h1>
        <Subtitle view={route.view} />
      </div>
    );
  return (
    <div className="page-title">
      <h1>{kept?.name ?? words.heading}</h1>
      <p className="page-sub">{kept === undefined ? words.everywhere : <code>{kept.filter}</code>}</p>
    </div>
  );
}

/** The views as pills, where there is no room for the sidebar. */
function ViewPills({ route }: { route: Route }) {
  const { nav } = useMessages();
  const counts = useCounts();
  return (
    <nav className="pills" aria-label={nav.label}>
      {PILLS.map((name) => (
        <Link
          key={name}
          to={{ view: name }}
          className="pill"
          aria-current={route.filter === undefined && route.view === name ? "page" : undefined}
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
