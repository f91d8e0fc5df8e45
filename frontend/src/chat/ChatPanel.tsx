import { useQuery, useQueryClient } from "@tanstack/react-query";
import { History, MessageCircle, SquarePen, Trash2 } from "lucide-react";
import { useState } from "react";
import { explain } from "../app/problems.ts";
import { useDates, useServices } from "../app/services.tsx";
import { formatInstant } from "../dates/due.ts";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "../ui/Button.tsx";
import { Mark } from "../ui/Mark.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import { showToast } from "../ui/toasts.ts";
import { Composer } from "./Composer.tsx";
import { Messages } from "./Messages.tsx";
import { type Action, text } from "./protocol.ts";
import { type Conversation, THREADS, useConversation } from "./useConversation.ts";

/** The assistant: the conversation, its head and the composer. */
export function ChatPanel({ onOpenTask }: { onOpenTask(id: string): void }) {
  const messages = useMessages();
  const { chat } = messages;
  const conversation = useConversation();
  const { view } = conversation;
  const empty = view.items.length === 0 && !view.busy && view.error === undefined;

  function onAction(itemId: string, action: Action) {
    if (action.type === "task.open") onOpenTask(text(action.payload?.id));
    else if (action.handler !== "client") void conversation.act(itemId, action);
  }

  return (
    <section className="chat" aria-label={chat.title}>
      <header className="chat-head">
        <h2>{view.thread?.title || chat.title}</h2>
        <ThreadMenu conversation={conversation} />
        <IconButton
          label={chat.newConversation}
          onClick={() => {
            conversation.start();
            document.getElementById("composer")?.focus();
          }}
        >
          <SquarePen size={18} />
        </IconButton>
      </header>
      {empty ? (
        <Suggestions onPick={(words) => void conversation.send(words)} />
      ) : (
        <Messages view={view} onRetry={() => void conversation.retry()} onAction={onAction} />
      )}
      <Composer
        busy={view.busy}
        stoppable={view.stoppable}
        onSend={(words) => void conversation.send(words)}
        onStop={conversation.stop}
      />
    </section>
  );
}

function Suggestions({ onPick }: { onPick(words: string): void }) {
  const { chat } = useMessages();
  return (
    <div className="suggestions">
      <Mark size={44} />
      <h3>{chat.emptyTitle}</h3>
      <p>{chat.empty}</p>
      <ul>
        {chat.suggestions.map((words) => (
          <li key={words}>
            <button type="button" className="suggestion" onClick={() => onPick(words)}>
              {words}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The earlier conversations, newest first. */
function ThreadMenu({ conversation }: { conversation: Conversation }) {
  const messages = useMessages();
  const { chat } = messages;
  const services = useServices();
  const dates = useDates();
  const client = useQueryClient();
  const [opened, setOpened] = useState(false);
  const current = conversation.view.thread?.id;
  const threads = useQuery({
    queryKey: [THREADS],
    queryFn: ({ signal }) => services.chat.threads(signal),
    enabled: opened,
  });

  async function remove(id: string) {
    try {
      await services.chat.remove(id);
      conversation.start();
    } catch (error) {
      showToast({ tone: "danger", text: explain(error, messages) });
    }
    void client.invalidateQueries({ queryKey: [THREADS] });
  }

  return (
    <Menu
      label={chat.conversations}
      className="menu-threads"
      onOpen={() => setOpened(true)}
      trigger={{
        className: "icon-button",
        title: chat.conversations,
        "aria-label": chat.conversations,
        children: <History size={18} />,
      }}
    >
      <p className="menu-label">{chat.conversations}</p>
      {threads.isError && <p className="menu-note">{chat.listFailed}</p>}
      {threads.data?.length === 0 && <p className="menu-note">{chat.noConversations}</p>}
      {threads.data?.map((thread) => (
        <MenuItem
          key={thread.id}
          icon={<MessageCircle size={16} aria-hidden="true" />}
          current={thread.id === current}
          onChoose={() => void conversation.open(thread.id)}
        >
          <span className="menu-main">{thread.title || chat.untitled}</span>
          <small>{thread.at !== "" && formatInstant(thread.at, dates)}</small>
        </MenuItem>
      ))}
      {current !== undefined && (
        <>
          <div className="menu-line" />
          <MenuItem
            icon={<Trash2 size={16} aria-hidden="true" />}
            className="menu-danger"
            onChoose={() => void remove(current)}
          >
            {chat.deleteConversation}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
