import { CalendarDays, Check, Flag, Hash, RotateCcw, Trash2, X } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import type { Task } from "../api/types.ts";
import { useMessages } from "../messages/index.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { useStore } from "../ui/store.ts";
import type { TaskActions } from "./actions.ts";
import type { BulkKind } from "./BulkDialog.tsx";
import { endPicking, pickAll, selection } from "./selection.ts";

const BulkDialog = lazy(() => import("./BulkDialog.tsx"));

const ICONS = {
  complete: Check,
  reopen: RotateCcw,
  restore: RotateCcw,
  due: CalendarDays,
  priority: Flag,
  tags: Hash,
  delete: Trash2,
};

interface BulkBarProps {
  /** The tasks that are shown. */
  tasks: readonly Task[];
  /** There are more than these. */
  more: boolean;
  filter: string | undefined;
  actions: TaskActions;
}

/** What can be done to the picked tasks, at the foot of the list. Each act is shown first. */
export function BulkBar({ tasks, more, filter, actions }: BulkBarProps) {
  const { bulk: words } = useMessages();
  const { on, ids } = useStore(selection);
  const [kind, setKind] = useState<BulkKind>();
  const picked = tasks.filter((task) => ids.has(task.id));
  const whole = filter !== undefined && more && picked.length === tasks.length && picked.length > 0;
  const [wide, setWide] = useState(false);

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      const asked =
        event.target instanceof HTMLElement && event.target.closest("dialog, input, textarea, [popover]");
      if (event.key === "Escape" && !asked && !event.defaultPrevented) endPicking();
    }
    if (!on) return;
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [on]);

  if (!on) return null;
  return (
    <div className="bulk-bar" role="toolbar" aria-label={words.label}>
      <IconButton label={words.end} onClick={endPicking}>
        <X size={18} />
      </IconButton>
      <p role="status">{wide && whole ? words.everything : words.picked(picked.length)}</p>
      {picked.length < tasks.length && (
        <Button variant="quiet" onClick={pickAll}>
          {words.all}
        </Button>
      )}
      {whole && !wide && (
        <Button variant="quiet" onClick={() => setWide(true)}>
          {words.allFound}
        </Button>
      )}
      <div className="bulk-acts">
        {kindsFor(picked).map((one) => {
          const Icon = ICONS[one];
          return (
            <Button
              key={one}
              variant="quiet"
              icon={<Icon size={16} aria-hidden="true" />}
              onClick={() => setKind(one)}
            >
              <span>{words.kinds[one]}</span>
            </Button>
          );
        })}
      </div>
      <Suspense>
        {kind !== undefined && (
          <BulkDialog
            kind={kind}
            target={wide && whole ? { filter } : { ids: picked.map((task) => task.id) }}
            actions={actions}
            onClose={() => setKind(undefined)}
          />
        )}
      </Suspense>
    </div>
  );
}

/** What makes sense for tasks in these states. */
function kindsFor(tasks: readonly Task[]): BulkKind[] {
  if (tasks.length === 0) return [];
  if (tasks.some((task) => task.trashed_at !== undefined)) return ["restore"];
  const kinds: BulkKind[] = [];
  if (tasks.some((task) => task.status === "open")) kinds.push("complete");
  if (tasks.some((task) => task.status === "completed")) kinds.push("reopen");
  return [...kinds, "due", "priority", "tags", "delete"];
}
