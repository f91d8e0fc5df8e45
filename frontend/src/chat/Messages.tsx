import { CircleAlert, RotateCcw } from "lucide-react";
import { useEffect, useRef } from "react";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { Mark } from "../ui/Mark.tsx";
import { type Action, type Item, readAction } from "./protocol.ts";
import type { ThreadView } from "./reducer.ts";
import { RichText } from "./RichText.tsx";
import { Widget } from "./Widget.tsx";
import { wordsOf } from "./widgetTree.ts";

interface MessagesProps {
  view: ThreadView;
  onRetry(): void;
  onAction(itemId: string, action: Action): void;
}

/** The log. It follows its end while the person is there, and stays put while they read above. */
export function Messages({ view, onRetry, onAction }: MessagesProps) {
  const { chat, common } = useMessages();
  const end = useRef<HTMLDivElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const following = useRef(true);

  const mine = view.items.findLast((item) => item.kind === "user")?.id;
  useEffect(() => {
    following.current = true;
  }, [mine]);
  useEffect(() => {
    if (following.current) end.current?.scrollIntoView({ block: "end" });
  }, [view]);

  const growing = view.items.at(-1)?.kind === "assistant" && view.busy;
  return (
    <div
      className="messages"
      ref={log}
      onScroll={() => {
        const area = log.current;
        if (area !== null) following.current = area.scrollHeight - area.scrollTop - area.clientHeight < 48;
      }}
    >
      {/* Announcements come from the part below, once per finished message, not with every token. */}
      <div role="log" aria-label={chat.log} aria-live="off" className="log" tabIndex={0}>
        {view.items.map((item) => (
          <Message
            key={item.id}
            item={item}
            busy={view.busy}
            onAction={(action) => onAction(item.id, action)}
          />
        ))}
        {view.busy && !growing && (
          <div className="message message-theirs">
            <p className="thinking">
              <span className="dots" aria-hidden="true">
                <i />
                <i />
                <i />
              </span>
              {view.progress || <span className="unseen">{chat.thinking}</span>}
            </p>
          </div>
        )}
        {view.error !== undefined && (
          <div className="chat-error" role="alert">
            <CircleAlert size={18} aria-hidden="true" />
            <p>{view.error.message || chat.failed}</p>
            {view.error.retry && (
              <Button icon={<RotateCcw size={14} />} onClick={onRetry}>
                {common.retry}
              </Button>
            )}
          </div>
        )}
        <div ref={end} />
      </div>
      <Announcer view={view} />
    </div>
  );
}

/** Says each finished answer once. What was already there when the thread was opened stays unsaid. */
function Announcer({ view }: { view: ThreadView }) {
  const { chat } = useMessages();
  const last = view.items.findLast((item) => item.kind !== "user");
  const said = last === undefined || view.busy ? "" : saidBy(last);
  return (
    <p className="unseen" role="status" aria-live="polite">
      {said === "" ? "" : chat.said(said)}
    </p>
  );
}

function saidBy(item: Item): string {
  if (item.kind === "assistant") return item.parts.join("\n");
  if (item.kind === "widget") return item.copyText || wordsOf(item.widget);
  return item.text;
}

interface MessageProps {
  item: Item;
  busy: boolean;
  onAction(action: Action): void;
}

function Message({ item, busy, onAction }: MessageProps) {
  const { chat, common } = useMessages();
  switch (item.kind) {
    case "user":
      return (
        <div className="message message-mine" data-state={item.state}>
          <span className="unseen">{common.you}: </span>
          <p>{item.text}</p>
          {item.state === "failed" && <small>{chat.notSent}</small>}
        </div>
      );
    case "assistant":
      return (
        <div className="message message-theirs" data-streaming={item.streaming || undefined}>
          <Mark size={20} />
          <div className="prose">
            <RichText text={item.parts.join("\n")} />
          </div>
        </div>
      );
    case "widget":
      return (
        <div className="message message-widget">
          <Widget
            root={item.widget}
            busy={busy}
            onAction={(action) => onAction(readAction(action) ?? action)}
          />
        </div>
      );
    case "notice":
      return (
        <div className="chat-notice" data-level={item.level}>
          {item.title !== "" && <strong>{item.title}</strong>}
          <RichText text={item.text} />
        </div>
      );
  }
}
