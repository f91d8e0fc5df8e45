import { Search, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "../ui/Button.tsx";

const PAUSE_MS = 180;

/** Searches after a short pause in typing; Esc clears and leaves. */
export function SearchBox({ onSearch }: { onSearch(words: string): void }) {
  const { tasks } = useMessages();
  const [text, setText] = useState("");

  useEffect(() => {
    const timer = setTimeout(() => onSearch(text.trim()), text === "" ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, onSearch]);

  return (
    <div className="search" role="search">
      <Search size={18} aria-hidden="true" />
      <input
        id="search"
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          setText("");
          event.currentTarget.blur();
        }}
        placeholder={tasks.search}
        aria-label={tasks.searchLabel}
        maxLength={200}
        autoComplete="off"
      />
      {text !== "" && (
        <IconButton label={tasks.clearSearch} onClick={() => setText("")}>
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}
