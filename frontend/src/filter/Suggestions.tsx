import { useEffect, useRef } from "react";
import { useMessages } from "../messages/index.tsx";
import type { Completion } from "./syntax.ts";

interface SuggestionsProps {
  id: string;
  options: readonly Completion[];
  active: number;
  onChoose(option: Completion): void;
}

/** What the piece at the caret may become; the input keeps the focus. */
export function Suggestions({ id, options, active, onChoose }: SuggestionsProps) {
  const { filter: words } = useMessages();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // A press must not take the focus from the input.
    <div className="completions" onPointerDown={(event) => event.preventDefault()}>
      <ul ref={list} id={id} role="listbox" aria-label={words.suggestions}>
        {options.map((option, index) => (
          <li
            key={option.text}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            onClick={() => onChoose(option)}
          >
            <code>{option.text}</code>
            <span>{option.hint !== "date" && words.hints[option.hint]}</span>
          </li>
        ))}
      </ul>
      <p className="completions-help">{options[0]?.hint === "date" ? words.hints.date : words.help}</p>
    </div>
  );
}
