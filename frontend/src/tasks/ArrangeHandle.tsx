import { ArrowDown, ArrowDownToLine, ArrowUp, ArrowUpToLine, GripVertical } from "lucide-react";
import { type PointerEvent, useRef } from "react";
import type { Task } from "../api/types.ts";
import { useMessages } from "../messages/index.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import type { Arrange } from "./useArrange.ts";

interface ArrangeHandleProps {
  task: Task;
  arrange: Arrange;
}

/** Less than this is a press, not a drag. */
const SLACK = 5;
/** So near to an edge the list goes on by so much. */
const EDGE = 48;
const STEP = 12;

/** Drags a row to another place; pressed, it offers the same as a menu: not everybody can drag. */
export function ArrangeHandle({ task, arrange }: ArrangeHandleProps) {
  const { sort: words } = useMessages();
  const drag = useRef<{ from: number; rows: HTMLElement[]; place: number; moving: boolean }>(undefined);

  function onPointerDown(event: PointerEvent<HTMLButtonElement>) {
    if (event.button !== 0) return;
    const slots = [...(event.currentTarget.closest(".rows")?.children ?? [])] as HTMLElement[];
    const own = event.currentTarget.closest<HTMLElement>(".row-slot");
    if (own === null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const rows = slots.filter((slot) => slot.dataset.leaving === undefined);
    drag.current = { from: event.clientY, rows, place: rows.indexOf(own), moving: false };
  }

  function onPointerMove(event: PointerEvent<HTMLButtonElement>) {
    const now = drag.current;
    if (now === undefined || (!now.moving && Math.abs(event.clientY - now.from) < SLACK)) return;
    const own = event.currentTarget.closest<HTMLElement>(".row-slot");
    if (own === null) return;
    now.moving = true;
    own.dataset.dragged = "";
    scrollAt(event.clientY, own);
    const others = now.rows.filter((row) => row !== own);
    now.place = others.filter((row) => middleOf(row) < event.clientY).length;
    for (const row of others) delete row.dataset.drop;
    const next = others[now.place];
    if (next !== undefined) next.dataset.drop = "before";
    else if (others.length > 0) others.at(-1)!.dataset.drop = "after";
  }

  function end(event: PointerEvent<HTMLButtonElement>, drop: boolean) {
    const now = drag.current;
    if (now?.moving !== true) return;
    for (const row of now.rows) {
      delete row.dataset.drop;
      delete row.dataset.dragged;
    }
    // What a drag ends with is no press: the click that follows is told apart by this.
    if (drop) arrange.to(task, now.place);
    else drag.current = undefined;
    event.preventDefault();
  }

  const label = words.move(task.title);
  return (
    <Menu
      label={label}
      trigger={{
        className: "icon-button row-handle",
        title: words.moveHint,
        "aria-label": label,
        children: <GripVertical size={16} aria-hidden="true" />,
        onPointerDown,
        onPointerMove,
        onPointerUp: (event) => end(event, true),
        onPointerCancel: (event) => end(event, false),
        onClick: (event) => {
          if (drag.current?.moving === true) event.preventDefault();
          drag.current = undefined;
        },
      }}
    >
      {(
        [
          [words.top, ArrowUpToLine, () => arrange.to(task, 0)],
          [words.up, ArrowUp, () => arrange.by(task, -1)],
          [words.down, ArrowDown, () => arrange.by(task, 1)],
          [words.bottom, ArrowDownToLine, () => arrange.to(task, Infinity)],
        ] as const
      ).map(([text, Icon, run]) => (
        <MenuItem key={text} icon={<Icon size={16} aria-hidden="true" />} onChoose={run}>
          {text}
        </MenuItem>
      ))}
    </Menu>
  );
}

function middleOf(row: HTMLElement): number {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}

/** Scrolls on where the pointer is near the upper or lower edge. */
function scrollAt(y: number, row: HTMLElement) {
  const main = row.closest(".main");
  if (main === null) return;
  const { top, bottom } = main.getBoundingClientRect();
  if (y < top + EDGE) main.scrollBy(0, -STEP);
  else if (y > bottom - EDGE) main.scrollBy(0, STEP);
}
