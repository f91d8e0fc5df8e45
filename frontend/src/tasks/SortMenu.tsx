import { ArrowDownUp } from "lucide-react";
import { type Sort, SORT_KEYS, type SortKey } from "../api/types.ts";
import { navigate, type Route } from "../app/route.ts";
import { useMessages } from "../messages/index.tsx";
import { Menu, MenuChoice } from "../ui/Menu.tsx";

/** What one wants first of these when one asks for them: the newest. */
const NEWEST_FIRST: readonly SortKey[] = ["created", "updated"];

/** How the list is sorted; the address carries it. */
export function SortMenu({ route }: { route: Route }) {
  const { sort: words } = useMessages();
  const { sort } = route;
  const key = sort === undefined ? undefined : keyOf(sort);
  const choose = (chosen: Sort | undefined) => navigate({ ...route, sort: chosen }, true);
  return (
    <Menu
      label={words.label}
      trigger={{
        className: `icon-button head-sort${key === undefined ? "" : " head-sort-on"}`,
        title: words.label,
        "aria-label": key === undefined ? words.label : `${words.label}: ${words.keys[key]}`,
        children: <ArrowDownUp size={18} aria-hidden="true" />,
      }}
    >
      <MenuChoice
        label={words.label}
        value={key ?? "usual"}
        options={[["usual", words.usual], ...SORT_KEYS.map((one) => [one, words.keys[one]] as const)]}
        onChoose={(one) => {
          if (one === "usual") choose(undefined);
          else if (one !== key) choose(NEWEST_FIRST.includes(one) ? `-${one}` : one);
        }}
      />
      {key !== undefined && (
        <>
          <div className="menu-line" />
          <MenuChoice
            label={words.direction}
            value={sort === key ? "up" : "down"}
            options={[
              ["up", words.ways[key][0]!],
              ["down", words.ways[key][1]!],
            ]}
            onChoose={(way) => choose(way === "up" ? key : `-${key}`)}
          />
        </>
      )}
    </Menu>
  );
}

function keyOf(sort: Sort): SortKey {
  return sort.replace("-", "") as SortKey;
}
