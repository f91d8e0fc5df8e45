/** The order of one's own: where tasks stand as they were put. */
import type { Sort, Task } from "../api/types.ts";

type Placed = Pick<Task, "id" | "position">;

/** 1 where a list stands as its tasks were put, -1 where it is turned round. */
export function arrangedBy(sort: Sort | undefined): 1 | -1 | undefined {
  if (sort === "position") return 1;
  return sort === "-position" ? -1 : undefined;
}

/** The list as its positions say; of equal ones as it came. */
export function inPlace<T extends Placed>(tasks: readonly T[], sort: Sort | undefined): T[] {
  const way = arrangedBy(sort) ?? 1;
  return tasks.toSorted((a, b) => way * (a.position - b.position));
}

/**
 * The positions that put a task at another place of the list: one, between its neighbours; several where they stand so close
 * that nothing fits between. None where it stands there already.
 */
export function positionsFor<T extends Placed>(
  list: readonly T[],
  sort: Sort | undefined,
  id: string,
  to: number,
): [task: T, position: number][] {
  const way = arrangedBy(sort) ?? 1;
  const from = list.findIndex((task) => task.id === id);
  const moved = list[from];
  const place = Math.max(0, Math.min(to, list.length - 1));
  if (moved === undefined || from === place) return [];
  const others = list.filter((task) => task !== moved);
  const [before, after] = [others[place - 1], others[place]];
  if (before === undefined) return [[moved, after!.position - way]];
  if (after === undefined) return [[moved, before.position + way]];
  const middle = (before.position + after.position) / 2;
  if (way * (middle - before.position) > 0 && way * (after.position - middle) > 0) return [[moved, middle]];
  // Those that follow make room, as far as they stand in the way.
  let last = before.position + way;
  const positions: [T, number][] = [[moved, last]];
  for (const task of others.slice(place)) {
    if (way * (task.position - last) > 0) break;
    last += way;
    positions.push([task, last]);
  }
  return positions;
}
