import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import {
  Bell as BellIcon,
  BellRing,
  CircleAlert,
  type LucideIcon,
  Mail,
  MonitorSmartphone,
  Plug,
  Webhook,
} from "lucide-react";
import { useState } from "react";
import type { Delivery, Notification } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useDates, useServices } from "../app/services.tsx";
import { formatInstant } from "../dates/due.ts";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { Empty, Skeleton } from "../ui/Empty.tsx";
import { useChannels } from "../settings/queries.ts";
import { Popover, useClosePopover } from "../ui/Popover.tsx";
import { showToast } from "../ui/toasts.ts";
import { lateness } from "./late.ts";

export const NOTIFICATIONS = "notifications";

function useNotifications() {
  const { api } = useServices();
  return useInfiniteQuery({
    queryKey: [NOTIFICATIONS],
    queryFn: ({ pageParam, signal }) => api.notifications(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.has_more ? page.after : undefined),
  });
}

interface BellProps {
  onOpenTask(id: string): void;
  onOpenSettings(): void;
}

/** The bell with its unread count; opens what has fired. */
export function Bell({ onOpenTask, onOpenSettings }: BellProps) {
  const { notifications: words } = useMessages();
  const query = useNotifications();
  const all = query.data?.pages.flatMap((page) => page.data) ?? [];
  const unread = all.filter((notification) => !notification.read_at).length;

  return (
    <Popover
      label={words.title}
      role="dialog"
      className="panel"
      trigger={{
        className: "icon-button bell",
        title: words.title,
        "aria-label": words.bell(unread),
        children: (
          <>
            {unread > 0 ? <BellRing size={20} /> : <BellIcon size={20} />}
            {unread > 0 && (
              <span className="bell-count" aria-hidden="true">
                {unread > 99 ? "99+" : unread}
              </span>
            )}
          </>
        ),
      }}
    >
      <NotificationList query={query} all={all} onOpen={onOpenTask} onOpenSettings={onOpenSettings} />
    </Popover>
  );
}

interface ListProps {
  query: ReturnType<typeof useNotifications>;
  all: Notification[];
  onOpen(taskId: string): void;
  onOpenSettings(): void;
}

function NotificationList({ query, all, onOpen, onOpenSettings }: ListProps) {
  const messages = useMessages();
  const { notifications: words, common } = messages;
  const { api } = useServices();
  const client = useQueryClient();
  const close = useClosePopover();
  const unread = all.filter((notification) => !notification.read_at);

  async function read(some: Notification[]) {
    await Promise.allSettled(some.map((notification) => api.readNotification(notification.id)));
    await client.invalidateQueries({ queryKey: [NOTIFICATIONS] });
  }

  return (
    <>
      <header className="panel-head">
        <h2>{words.title}</h2>
        {unread.length > 0 && (
          <button type="button" className="link" onClick={() => void read(unread)}>
            {words.markAll}
          </button>
        )}
      </header>
      <Trouble
        onOpenSettings={() => {
          close();
          onOpenSettings();
        }}
      />
      {query.isPending && <Skeleton rows={3} label={common.loading} />}
      {query.isError && <p className="panel-note">{explain(query.error, messages)}</p>}
      {query.isSuccess && all.length === 0 && (
        <Empty icon={<BellIcon size={24} />} title={words.emptyTitle} text={words.empty} />
      )}
      <ul className="notices">
        {all.map((notification) => (
          <NotificationItem
            key={notification.id}
            notification={notification}
            onOpen={() => {
              if (!notification.read_at) void read([notification]);
              close();
              onOpen(notification.task_id);
            }}
          />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button variant="quiet" onClick={() => void query.fetchNextPage()} busy={query.isFetchingNextPage}>
          {common.more}
        </Button>
      )}
    </>
  );
}

/** Says when something does not reach the person. */
function Trouble({ onOpenSettings }: { onOpenSettings(): void }) {
  const { notifications: words } = useMessages();
  const channels = useChannels();
  if (!channels.data?.some((channel) => channel.failing !== undefined)) return null;
  return (
    <p className="panel-trouble" role="status">
      <CircleAlert size={16} aria-hidden="true" />
      {words.trouble}
      <button type="button" className="link" onClick={onOpenSettings}>
        {words.fix}
      </button>
    </p>
  );
}

interface ItemProps {
  notification: Notification;
  onOpen(): void;
}

function NotificationItem({ notification, onOpen }: ItemProps) {
  const { notifications: words } = useMessages();
  const dates = useDates();
  const late = lateness(notification, dates.locale);
  return (
    <li>
      <button
        type="button"
        className="notice"
        data-unread={!notification.read_at || undefined}
        onClick={onOpen}
      >
        <span className="notice-title">{notification.title}</span>
        <span className="notice-meta">
          {formatInstant(notification.created_at, dates)}
          {late !== "" && <span className="late">{words.late(late)}</span>}
        </span>
        {notification.due_at !== undefined && (
          <span className="notice-meta">{words.due(formatInstant(notification.due_at, dates))}</span>
        )}
        <span className="notice-meta">
          {(notification.deliveries ?? []).map((delivery) => (
            <DeliveryMark key={delivery.id} delivery={delivery} />
          ))}
        </span>
      </button>
      {!notification.acknowledged && <NotificationActs notification={notification} />}
    </li>
  );
}

const SNOOZE_MINUTES = 10;

/** What can be done about a reminder right here. */
function NotificationActs({ notification }: { notification: Notification }) {
  const messages = useMessages();
  const { notifications: words } = messages;
  const { api } = useServices();
  const client = useQueryClient();
  const [busy, setBusy] = useState("");

  async function act(verb: "complete" | "snooze" | "acknowledge") {
    setBusy(verb);
    try {
      await api.actOnNotification(notification.id, verb, verb === "snooze" ? SNOOZE_MINUTES : undefined);
      if (verb === "snooze") showToast({ tone: "plain", text: words.snoozed });
    } catch (error) {
      showToast({ tone: "danger", text: explain(error, messages) });
    }
    setBusy("");
    await client.invalidateQueries({ queryKey: [NOTIFICATIONS] });
  }

  const label = (text: string) => `${text}: ${notification.title}`;
  return (
    <div className="notice-acts">
      {(
        [
          ["complete", words.done],
          ["snooze", words.snooze],
          ["acknowledge", words.stop],
        ] as const
      ).map(([verb, text]) => (
        <Button
          key={verb}
          variant="quiet"
          aria-label={label(text)}
          busy={busy === verb}
          onClick={() => void act(verb)}
        >
          {text}
        </Button>
      ))}
    </div>
  );
}

const MARKS: Record<string, LucideIcon> = { email: Mail, webpush: BellRing, webhook: Webhook, binding: Plug };

function DeliveryMark({ delivery }: { delivery: Delivery }) {
  const { notifications: words, settings } = useMessages();
  const name = words.channels[delivery.kind] ?? delivery.kind;
  const says: Partial<Record<Delivery["state"], (name: string) => string>> = {
    delivered: words.sent,
    sending: words.sending,
    failed: words.failed,
    held: words.held,
  };
  const say = says[delivery.state];
  if (say === undefined) return null; // nothing that anybody waits for
  const Icon = MARKS[delivery.kind] ?? MonitorSmartphone;
  const reason = delivery.detail === undefined ? undefined : settings.reasons[delivery.detail];
  return (
    <span className="delivery" data-state={delivery.state}>
      <Icon size={12} aria-hidden="true" />
      {say(name)}
      {delivery.state === "failed" && reason !== undefined && `: ${reason}`}
    </span>
  );
}
