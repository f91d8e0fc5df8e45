import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Bell as BellIcon, BellRing, Mail, MonitorSmartphone } from "lucide-react";
import type { Delivery, Notification } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useDates, useServices } from "../app/services.tsx";
import { formatInstant } from "../dates/due.ts";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { Empty, Skeleton } from "../ui/Empty.tsx";
import { Popover, useClosePopover } from "../ui/Popover.tsx";
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

/** The bell with its unread count; opens what has fired. */
export function Bell({ onOpenTask }: { onOpenTask(id: string): void }) {
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
      <NotificationList query={query} all={all} onOpen={onOpenTask} />
    </Popover>
  );
}

interface ListProps {
  query: ReturnType<typeof useNotifications>;
  all: Notification[];
  onOpen(taskId: string): void;
}

function NotificationList({ query, all, onOpen }: ListProps) {
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

function NotificationItem({ notification, onOpen }: { notification: Notification; onOpen(): void }) {
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
            <DeliveryMark key={delivery.channel} delivery={delivery} />
          ))}
        </span>
      </button>
    </li>
  );
}

function DeliveryMark({ delivery }: { delivery: Delivery }) {
  const { notifications: words } = useMessages();
  const name = words.channels[delivery.channel] ?? delivery.channel;
  const say = { delivered: words.sent, sending: words.sending, failed: words.failed }[delivery.state];
  return (
    <span className="delivery" data-state={delivery.state} title={delivery.detail}>
      {delivery.channel === "email" ? (
        <Mail size={12} aria-hidden="true" />
      ) : (
        <MonitorSmartphone size={12} aria-hidden="true" />
      )}
      {say?.(name) ?? name}
    </span>
  );
}
