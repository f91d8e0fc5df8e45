import { useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Bookmark, EllipsisVertical, Pencil, Trash2 } from "lucide-react";
import type { KeptFilter } from "../api/types.ts";
import { Link } from "../app/Link.tsx";
import { explain } from "../app/problems.ts";
import type { Route } from "../app/route.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { showToast } from "../ui/toasts.ts";
import { FILTERS, positionAfterMove, useKeptFilters, writeFilter } from "./queries.ts";
import { useDropFilter } from "./useDropFilter.ts";

interface KeptFiltersProps {
  route: Route;
  onEdit(filter: KeptFilter): void;
}

/** The kept filters at the side, each with what can be done to it. */
export function KeptFilters({ route, onEdit }: KeptFiltersProps) {
  const { filter: words } = useMessages();
  const { data: filters } = useKeptFilters();
  if (filters === undefined || filters.length === 0) return null;
  return (
    <nav className="side-filters" aria-label={words.kept}>
      <h2>{words.kept}</h2>
      <ul>
        {filters.map((filter) => (
          <li key={filter.id} className="side-filter">
            <FilterLink filter={filter} route={route} className="side-link" />
            <FilterMenu filter={filter} filters={filters} onEdit={onEdit} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The same as pills, where there is no room at the side. */
export function FilterPills({ route }: { route: Route }) {
  const { filter: words } = useMessages();
  const { data: filters } = useKeptFilters();
  if (filters === undefined || filters.length === 0) return null;
  return (
    <nav className="pills filter-pills" aria-label={words.kept}>
      {filters.map((filter) => (
        <FilterLink key={filter.id} filter={filter} route={route} className="pill" />
      ))}
    </nav>
  );
}

function FilterLink(props: { filter: KeptFilter; route: Route; className: string }) {
  const { filter, route, className } = props;
  return (
    <Link
      to={{ view: "all", filter: filter.filter }}
      className={className}
      aria-current={route.section === "tasks" && route.filter === filter.filter ? "page" : undefined}
      title={filter.filter}
    >
      <Bookmark size={className === "pill" ? 14 : 19} aria-hidden="true" />
      <span>{filter.name}</span>
    </Link>
  );
}

interface FilterMenuProps {
  filter: KeptFilter;
  filters: readonly KeptFilter[];
  onEdit(filter: KeptFilter): void;
}

function FilterMenu({ filter, filters, onEdit }: FilterMenuProps) {
  const messages = useMessages();
  const { filter: words, common } = messages;
  const { api } = useServices();
  const client = useQueryClient();
  const drop = useDropFilter();

  async function move(position: number) {
    // A list on its way would show the old order once more.
    await client.cancelQueries({ queryKey: FILTERS });
    client.setQueryData<KeptFilter[]>(FILTERS, (list) =>
      list
        ?.map((one) => (one.id === filter.id ? { ...one, position } : one))
        .sort((a, b) => a.position - b.position),
    );
    try {
      await writeFilter(client, filter, (newest) => api.updateFilter(newest, { position }));
    } catch (error) {
      showToast({ tone: "danger", text: explain(error, messages) });
    } finally {
      await client.invalidateQueries({ queryKey: FILTERS });
    }
  }

  const moves = (
    [
      [-1, words.up, ArrowUp],
      [1, words.down, ArrowDown],
    ] as const
  ).flatMap(([step, label, Icon]) => {
    const position = positionAfterMove(filters, filter, step);
    if (position === undefined) return [];
    return (
      <MenuItem key={label} icon={<Icon size={16} aria-hidden="true" />} onChoose={() => void move(position)}>
        {label}
      </MenuItem>
    );
  });
  return (
    <Menu
      label={words.more(filter.name)}
      align="start"
      trigger={{
        className: "icon-button side-more",
        title: words.more(filter.name),
        "aria-label": words.more(filter.name),
        children: <EllipsisVertical size={16} aria-hidden="true" />,
      }}
    >
      <MenuItem icon={<Pencil size={16} aria-hidden="true" />} onChoose={() => onEdit(filter)}>
        {words.edit}
      </MenuItem>
      {moves}
      <MenuItem icon={<Trash2 size={16} aria-hidden="true" />} onChoose={() => void drop(filter)}>
        {common.delete}
      </MenuItem>
    </Menu>
  );
}
