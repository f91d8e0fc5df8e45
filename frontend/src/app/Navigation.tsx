import {
  CalendarCheck,
  CalendarDays,
  CircleCheckBig,
  Inbox,
  ListTodo,
  type LucideIcon,
  MessageCircle,
  Waypoints,
} from "lucide-react";
import type { KeptFilter } from "../api/types.ts";
import { KeptFilters } from "../filter/KeptFilters.tsx";
import { useMessages } from "../messages/index.tsx";
import { useCounts } from "../tasks/queries.ts";
import { Mark } from "../ui/Mark.tsx";
import { AccountMenu } from "./AccountMenu.tsx";
import { Link } from "./Link.tsx";
import type { Route } from "./route.ts";

const VIEWS = [
  ["today", CalendarCheck],
  ["upcoming", CalendarDays],
  ["all", Inbox],
  ["done", CircleCheckBig],
] as const;

interface SidebarProps {
  route: Route;
  onHelp(): void;
  onSettings(): void;
  onTags(): void;
  onEditFilter(filter: KeptFilter): void;
}

/** The views at the side, where there is room for them. */
export function Sidebar({ route, onHelp, onSettings, onTags, onEditFilter }: SidebarProps) {
  const { nav, name } = useMessages();
  const counts = useCounts();
  const here = (section: Route["section"], view?: Route["view"]) =>
    route.section === section && (view === undefined || (route.view === view && route.filter === undefined))
      ? "page"
      : undefined;
  return (
    <aside className="sidebar">
      <Link to={{ view: "today" }} className="wordmark">
        <Mark size={30} />
        <span>{name}</span>
      </Link>
      <nav className="side-nav" aria-label={nav.label}>
        {VIEWS.map(([view, Icon]) => (
          <Link
            key={view}
            to={{ view }}
            className="side-link"
            aria-current={here("tasks", view)}
            title={nav[view]}
          >
            <Icon size={19} aria-hidden="true" />
            <span>{nav[view]}</span>
            {view !== "done" && (counts.data?.[view] ?? 0) > 0 && <small>{counts.data?.[view]}</small>}
          </Link>
        ))}
        <Link
          to={{ section: "activity" }}
          className="side-link side-apart"
          aria-current={here("activity")}
          title={nav.activity}
        >
          <Waypoints size={19} aria-hidden="true" />
          <span>{nav.activity}</span>
        </Link>
      </nav>
      <KeptFilters route={route} onEdit={onEditFilter} />
      <AccountMenu onHelp={onHelp} onSettings={onSettings} onTags={onTags} />
    </aside>
  );
}

/** The places at the foot of a phone. */
export function TabBar({ route }: { route: Route }) {
  const { nav } = useMessages();
  const tabs: [Route["section"], string, LucideIcon][] = [
    ["tasks", nav.tasks, ListTodo],
    ["chat", nav.chat, MessageCircle],
    ["activity", nav.activity, Waypoints],
  ];
  return (
    <nav className="tabbar" aria-label={nav.label}>
      {tabs.map(([section, label, Icon]) => (
        <Link
          key={section}
          to={section === "tasks" ? { view: "today" } : { section }}
          className="tab"
          aria-current={route.section === section ? "page" : undefined}
        >
          <Icon size={22} aria-hidden="true" />
          {label}
        </Link>
      ))}
    </nav>
  );
}
