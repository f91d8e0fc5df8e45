import { ArrowUp, Square } from "lucide-react";
import { type KeyboardEvent, type SubmitEvent, useLayoutEffect, useRef, useState } from "react";
import { useMessages } from "../messages/index.tsx";

interface ComposerProps {
  busy: boolean;
  stoppable: boolean;
  onSend(text: string): void;
  onStop(): void;
}

const MOST = 4000;

/** Enter sends, Shift + Enter starts a line; while an answer streams, the button stops it, where the server lets it be stopped. */
export function Composer({ busy, stoppable, onSend, onStop }: ComposerProps) {
  const { chat } = useMessages();
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);

  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 160)}px`;
  }, [text]);

  function send() {
    const words = text.trim();
    if (words === "" || busy) return;
    onSend(words);
    setText("");
  }

  function onKeyDown(event: KeyboardEvent) {
    // While a word is composed (Japanese, Chinese, …), Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className="composer"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        id="composer"
        ref={field}
        value={text}
        rows={1}
        maxLength={MOST}
        placeholder={chat.placeholder}
        aria-label={chat.label}
        aria-description={chat.hint}
        enterKeyHint="send"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {busy && stoppable ? (
        <button
          type="button"
          className="composer-send"
          aria-label={chat.stop}
          title={chat.stop}
          onClick={onStop}
        >
          <Square size={14} fill="currentColor" />
        </button>
      ) : (
        <button
          type="submit"
          className="composer-send"
          aria-label={chat.send}
          title={chat.send}
          disabled={busy || text.trim() === ""}
        >
          <ArrowUp size={18} />
        </button>
      )}
    </form>
  );
}
