import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import type { Bulk, Priority, Task } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useDates, useServices } from "../app/services.tsx";
import { formatDue, quickDates } from "../dates/due.ts";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import type { TaskActions } from "./actions.ts";
import { TASKS } from "./cache.ts";
import { PriorityField } from "./fields.tsx";
import { endPicking } from "./selection.ts";

export type BulkKind = "complete" | "reopen" | "delete" | "restore" | "due" | "priority" | "tags";

interface BulkDialogProps {
  kind: BulkKind;
  target: Pick<Bulk, "ids" | "filter">;
  actions: TaskActions;
  onClose(): void;
}

const SHOWN = 8;

interface Wish {
  date: string;
  time: string;
  priority: Priority;
  add: string;
  remove: string;
}

/** One change of many tasks: what it would do is shown before it is done, and it can be undone as a whole. */
export default function BulkDialog({ kind, target, actions, onClose }: BulkDialogProps) {
  const messages = useMessages();
  const { bulk: words, common } = messages;
  const { api, zone } = useServices();
  const { now } = useDates();
  const [wish, setWish] = useState<Wish>({
    date: quickDates(now, zone).tomorrow,
    time: "",
    priority: "high",
    add: "",
    remove: "",
  });
  const [busy, setBusy] = useState(false);
  const body = bodyOf(kind, wish, zone);
  const preview = useQuery({
    queryKey: [`${TASKS}-bulk`, target, body],
    queryFn: async () => (await api.bulk({ ...body!, ...target }, true)).data,
    enabled: body !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const changed = body === undefined ? 0 : (preview.data?.changed ?? 0);

  async function run(event: SubmitEvent) {
    event.preventDefault();
    if (body === undefined) return;
    setBusy(true);
    const done = await actions.bulk({ ...body, ...target });
    setBusy(false);
    if (!done) return;
    endPicking();
    onClose();
  }

  return (
    <Dialog title={words.kinds[kind]} onClose={onClose} className="dialog-small">
      <form className="form" onSubmit={(event) => void run(event)}>
        <WishFields kind={kind} wish={wish} onChange={(some) => setWish((last) => ({ ...last, ...some }))} />
        <div className="bulk-preview" role="status" aria-busy={preview.isFetching}>
          {preview.isError ? (
            <p className="field-error">{explain(preview.error, messages)}</p>
          ) : body === undefined ? (
            <p>{words.nothingYet}</p>
          ) : preview.data === undefined ? (
            <p>{common.loading}</p>
          ) : (
            <Preview tasks={preview.data.tasks} changed={changed} />
          )}
        </div>
        <footer className="form-foot">
          <Button variant="quiet" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button
            type="submit"
            variant={kind === "delete" ? "danger" : "primary"}
            busy={busy}
            disabled={changed === 0 || preview.isPlaceholderData}
          >
            {words.run(changed)}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function bodyOf(kind: BulkKind, wish: Wish, zone: string): Bulk | undefined {
  switch (kind) {
    case "due": {
      const due = { date: wish.date, zone, ...(wish.time !== "" && { time: wish.time }) };
      return { action: "edit", edit: { due: wish.date === "" ? null : due } };
    }
    case "priority":
      return { action: "edit", edit: { priority: wish.priority } };
    case "tags": {
      const [add_tags, remove_tags] = [tagsIn(wish.add), tagsIn(wish.remove)];
      if (add_tags.length + remove_tags.length === 0) return undefined;
      return {
        action: "edit",
        edit: { ...(add_tags.length > 0 && { add_tags }), ...(remove_tags.length > 0 && { remove_tags }) },
      };
    }
    default:
      return { action: kind };
  }
}

function tagsIn(typed: string): string[] {
  return typed
    .split(/[\s,]+/)
    .map((tag) => tag.replace(/^#+/, ""))
    .filter((tag) => tag !== "");
}

interface WishFieldsProps {
  kind: BulkKind;
  wish: Wish;
  onChange(some: Partial<Wish>): void;
}

function WishFields({ kind, wish, onChange }: WishFieldsProps) {
  const { bulk: words, editor, common } = useMessages();
  const { zone } = useServices();
  const { now } = useDates();
  if (kind === "priority") {
    return <PriorityField value={wish.priority} onChange={(priority) => onChange({ priority })} />;
  }
  if (kind === "tags") {
    return (
      <>
        <label className="field">
          <span>{words.addTags}</span>
          <input
            value={wish.add}
            data-first
            autoComplete="off"
            maxLength={300}
            onChange={(event) => onChange({ add: event.target.value })}
          />
        </label>
        <label className="field">
          <span>{words.removeTags}</span>
          <input
            value={wish.remove}
            autoComplete="off"
            maxLength={300}
            onChange={(event) => onChange({ remove: event.target.value })}
          />
        </label>
      </>
    );
  }
  if (kind !== "due") return null;
  const quick = quickDates(now, zone);
  return (
    <div className="bulk-due">
      <label className="field">
        <span>{editor.date}</span>
        <input
          type="date"
          value={wish.date}
          max="9999-12-31"
          onChange={(event) => onChange({ date: event.target.value })}
        />
      </label>
      <label className="field">
        <span>{editor.time}</span>
        <input
          type="time"
          value={wish.time}
          disabled={wish.date === ""}
          onChange={(event) => onChange({ time: event.target.value })}
        />
      </label>
      <div className="chips">
        {(
          [
            [common.today, quick.today],
            [common.tomorrow, quick.tomorrow],
            [editor.nextWeek, quick.nextWeek],
            [editor.clearDate, ""],
          ] as const
        ).map(([label, date]) => (
          <button
            key={label}
            type="button"
            className="chip"
            aria-pressed={wish.date === date}
            onClick={() => onChange({ date, ...(date === "" && { time: "" }) })}
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}

/** The tasks as they would be. */
function Preview({ tasks, changed }: { tasks: readonly Task[]; changed: number }) {
  const { bulk: words, tasks: names } = useMessages();
  const dates = useDates();
  const rest = tasks.length - SHOWN;
  return (
    <>
      <p>{words.preview(changed, tasks.length)}</p>
      <ul>
        {tasks.slice(0, SHOWN).map((task) => (
          <li key={task.id}>
            <span>{task.title}</span>
            <small>
              {[
                task.due !== null && formatDue(task.due, dates),
                task.priority !== "medium" && names[task.priority],
                ...task.tags.map((tag) => `#${tag}`),
              ]
                .filter(Boolean)
                .join(" · ")}
            </small>
          </li>
        ))}
      </ul>
      {rest > 0 && <p>{words.more(rest)}</p>}
    </>
  );
}
