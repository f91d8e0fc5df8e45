import { Pause, Play, SkipForward } from "lucide-react";
import { useState } from "react";
import type { Task } from "../api/types.ts";
import { useDates } from "../app/services.tsx";
import { addDays, dateIn } from "../dates/calendar.ts";
import { formatDate } from "../dates/due.ts";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import type { TaskActions } from "./actions.ts";

interface SeriesActsProps {
  task: Task;
  actions: TaskActions;
  /** Leaves the editor for an act on the task as it is, unless something in it is changed. */
  leaveFor(act: () => Promise<unknown>): void;
}

const FIRST_PAUSE_DAYS = 7;

/** What can be done to a task that comes again, beside changing its rule: leave one out, let it rest, have it go on. */
export function SeriesActs({ task, actions, leaveFor }: SeriesActsProps) {
  const { series: words, common } = useMessages();
  const dates = useDates();
  const [until, setUntil] = useState<string>();
  const { recurrence } = task;
  if (recurrence === null || recurrence.ended || task.status !== "open") return null;
  const today = dateIn(dates.now, recurrence.zone);
  const rest =
    recurrence.pauses
      .map((pause) => pause.until)
      .sort()
      .at(-1) ?? "";
  return (
    <div className="series-acts" role="group" aria-label={words.label}>
      {rest > today && <p className="field-hint">{words.rests(formatDate(rest, dates))}</p>}
      {until === undefined ? (
        <>
          <Button
            icon={<SkipForward size={15} aria-hidden="true" />}
            onClick={() => leaveFor(() => actions.skip(task))}
          >
            {words.skip}
          </Button>
          {rest > today ? (
            <Button
              icon={<Play size={15} aria-hidden="true" />}
              onClick={() => leaveFor(() => actions.resume(task))}
            >
              {words.resume}
            </Button>
          ) : (
            <Button
              icon={<Pause size={15} aria-hidden="true" />}
              onClick={() => setUntil(addDays(today, FIRST_PAUSE_DAYS))}
            >
              {words.pause}
            </Button>
          )}
        </>
      ) : (
        <>
          <label>
            <span>{words.until}</span>
            <input
              type="date"
              value={until}
              min={addDays(today, 1)}
              max="9999-12-31"
              autoFocus
              onChange={(event) => setUntil(event.target.value)}
            />
          </label>
          <Button
            icon={<Pause size={15} aria-hidden="true" />}
            disabled={until <= today}
            onClick={() => leaveFor(() => actions.pause(task, until))}
          >
            {words.pauseNow}
          </Button>
          <Button variant="quiet" onClick={() => setUntil(undefined)}>
            {common.cancel}
          </Button>
        </>
      )}
    </div>
  );
}
