import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import {
  BellRing,
  Check,
  CircleAlert,
  CircleDashed,
  CloudOff,
  type LucideIcon,
  MessageCircle,
  Pencil,
  Plus,
  Send,
  ShieldAlert,
  ShieldCheck,
  ShieldQuestion,
  Trash2,
  Undo2,
} from "lucide-react";
import type { ReactNode } from "react";
import type { Activity } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useDates, useServices } from "../app/services.tsx";
import { dateIn, timeIn } from "../dates/calendar.ts";
import { formatDate, formatTime, groupBy } from "../dates/due.ts";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { Empty, Skeleton } from "../ui/Empty.tsx";

interface ActivityPageProps {
  onUndo(changeSet: string): void;
  onOpenTask(id: string): void;
  children?: ReactNode;
}

/** The audit chain as a timeline: who did what, when, and that nothing was rewritten. */
export default function ActivityPage({ onUndo, onOpenTask, children }: ActivityPageProps) {
  const messages = useMessages();
  const { activity: words, common } = messages;
  const dates = useDates();
  const { api } = useServices();
  const query = useInfiniteQuery({
    queryKey: ["activity"],
    queryFn: ({ pageParam, signal }) => api.activity(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.has_more ? page.after : undefined),
  });
  const entries = query.data?.pages.flatMap((page) => page.data) ?? [];
  const days = groupBy(entries, (entry) => dateIn(new Date(entry.at), dates.zone));

  return (
    <>
      <header className="page-head">
        <div className="page-title">
          <h1>{words.title}</h1>
          <p className="page-sub">{words.lead}</p>
        </div>
        <VerificationBadge />
        {children}
      </header>
      <div className="page-list">
        {query.isPending && <Skeleton rows={6} label={common.loading} />}
        {query.isError && entries.length === 0 && (
          <Empty
            icon={<CloudOff size={28} />}
            title={messages.tasks.failedTitle}
            text={explain(query.error, messages)}
          >
            <Button onClick={() => void query.refetch()} busy={query.isFetching}>
              {common.retry}
            </Button>
          </Empty>
        )}
        {query.isSuccess && entries.length === 0 && (
          <Empty icon={<CircleDashed size={28} />} title={words.emptyTitle} text={words.empty} />
        )}
        {days.map((day) => (
          <section key={day.key} className="group">
            <h2 className="group-title">{formatDate(day.key, dates, "long")}</h2>
            <ol className="timeline">
              {day.items.map((entry) => (
                <Entry key={entry.seq} entry={entry} onUndo={onUndo} onOpenTask={onOpenTask} />
              ))}
            </ol>
          </section>
        ))}
        {query.hasNextPage && (
          <div className="list-more">
            <Button onClick={() => void query.fetchNextPage()} busy={query.isFetchingNextPage}>
              {common.more}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

function VerificationBadge() {
  const { activity: words } = useMessages();
  const { api } = useServices();
  const { data, isError } = useQuery({
    queryKey: ["verification"],
    queryFn: ({ signal }) => api.verification(signal),
  });
  const state = isError ? "unknown" : data === undefined ? "checking" : data.ok ? "ok" : "broken";
  const text = {
    unknown: words.unchecked,
    checking: words.checking,
    ok: words.verified(data?.count ?? 0),
    broken: words.broken(data?.broken_at ?? 0),
  }[state];
  const Icon = { unknown: ShieldQuestion, checking: ShieldQuestion, ok: ShieldCheck, broken: ShieldAlert }[
    state
  ];
  return (
    <p className="verification" data-state={state} role="status" title={data?.head}>
      <Icon size={16} aria-hidden="true" />
      {text}
    </p>
  );
}

const ICONS: Record<string, LucideIcon> = {
  "task.created": Plus,
  "task.updated": Pencil,
  "task.completed": Check,
  "task.deleted": Trash2,
  "reminder.due": BellRing,
  "notification.delivered": Send,
  "notification.failed": CircleAlert,
  "chat.message": MessageCircle,
  "chat.reply": MessageCircle,
};

interface EntryProps {
  entry: Activity;
  onUndo(changeSet: string): void;
  onOpenTask(id: string): void;
}

function Entry({ entry, onUndo, onOpenTask }: EntryProps) {
  const { activity: words, common } = useMessages();
  const dates = useDates();
  const Icon = ICONS[entry.type] ?? CircleDashed;
  const changeSet = entry.undoable ? entry.change_set : undefined;
  const at = timeIn(new Date(entry.at), dates.zone);
  return (
    <li className="entry" data-type={entry.type}>
      <span className="entry-icon">
        <Icon size={15} aria-hidden="true" />
      </span>
      <div className="entry-text">
        <p>
          <strong>{words.actors[entry.actor] ?? entry.actor}</strong> {words.types[entry.type] ?? entry.type}{" "}
          <button type="button" className="entry-task" onClick={() => onOpenTask(entry.task_id)}>
            {entry.title || words.unknownTitle}
          </button>
        </p>
        <p className="entry-meta">
          <time dateTime={entry.at}>{formatTime(at, dates.locale)}</time>
          <span>#{entry.seq}</span>
          <code title={`${words.hash} ${entry.hash}`}>{(entry.hash ?? "").slice(0, 8)}</code>
        </p>
      </div>
      {changeSet !== undefined && (
        <Button
          variant="quiet"
          icon={<Undo2 size={14} />}
          aria-label={common.undo}
          onClick={() => onUndo(changeSet)}
        >
          <span>{common.undo}</span>
        </Button>
      )}
    </li>
  );
}
