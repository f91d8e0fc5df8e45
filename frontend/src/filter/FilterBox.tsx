import { Bookmark, BookmarkCheck, Search, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { navigate, type Route } from "../app/route.ts";
import { useMessages } from "../messages/index.tsx";
import { IconButton } from "../ui/Button.tsx";
import { useKeptFilters, useKnown } from "./queries.ts";
import { Suggestions } from "./Suggestions.tsx";
import { complete, type Completion, isUnfinished, type Mistake, withCompletion } from "./syntax.ts";

const PAUSE_MS = 180;

interface FilterBoxProps {
  route: Route;
  mistake: Mistake | undefined;
  /** Opens what keeps the filter, or what changes a kept one. */
  onKeep(filter: string): void;
}

/**
 * Words to look for, or a filter (docs/filters.md), with completion: a combobox after the ARIA pattern. What is typed goes into
 * the address after a short pause. What the server cannot read is marked in the text.
 */
export function FilterBox({ route, mistake, onKeep }: FilterBoxProps) {
  const { filter: words, tasks } = useMessages();
  const { text, setText, commit } = useTyped(route);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const id = useId();
  const known = useKnown(open);
  const options = open ? complete(text, Math.min(caret, text.length), known) : [];
  const kept = useKeptFilters().data?.some((filter) => filter.filter === text.trim()) ?? false;
  const shown = open && options.length > 0;
  const current = shown ? options[active] : undefined;
  const marked = shiftedMistake(mistake, text, route.filter, shown);

  function type(next: string, at: number) {
    setText(next);
    setCaret(at);
    setActive(-1);
    setOpen(true);
  }

  function choose(option: Completion) {
    const next = withCompletion(text, Math.min(caret, text.length), option);
    // At once, not in a frame to come: what is typed next must stand behind it. React sets the value, we the caret.
    flushSync(() => type(next.text, next.caret));
    input.current?.setSelectionRange(next.caret, next.caret);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = key === "ArrowDown" ? 1 : -1;
      setActive((last) => ((last + 1 + step + options.length + 1) % (options.length + 1)) - 1);
    } else if ((key === "Enter" || key === "Tab") && current !== undefined) {
      event.preventDefault();
      choose(current);
    } else if (key === "Enter") {
      setOpen(false);
      commit(text);
    } else if (key === "Escape" && shown) {
      event.preventDefault();
      setOpen(false);
    } else if (key === "Escape") {
      setText("");
      commit("");
      event.currentTarget.blur();
    }
  }

  return (
    <div className="search" role="search" data-used={text !== "" || undefined}>
      <Search size={18} aria-hidden="true" />
      <div className="search-field">
        <div className="search-mirror" ref={mirror} aria-hidden="true">
          {marked !== undefined && (
            <>
              {text.slice(0, marked.from)}
              <mark>{text.slice(marked.from, marked.to) || " "}</mark>
              {text.slice(marked.to)}
            </>
          )}
        </div>
        <input
          ref={input}
          id="search"
          type="text"
          role="combobox"
          aria-expanded={shown}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={current === undefined ? undefined : `${id}-${active}`}
          aria-invalid={marked !== undefined || undefined}
          aria-label={words.label}
          value={text}
          placeholder={tasks.search}
          maxLength={1000}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="search"
          onChange={(event) => type(event.target.value, event.target.selectionStart ?? 0)}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onScroll={(event) => mirror.current?.scrollTo({ left: event.currentTarget.scrollLeft })}
          onFocus={() => setOpen(true)}
          onBlur={() => {
            setOpen(false);
            commit(text);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {text.trim() !== "" && (
        <>
          <IconButton label={kept ? words.edit : words.keep} onClick={() => onKeep(text.trim())}>
            {kept ? <BookmarkCheck size={16} /> : <Bookmark size={16} />}
          </IconButton>
          <IconButton
            label={tasks.clearSearch}
            onClick={() => {
              setText("");
              commit("");
              input.current?.focus();
            }}
          >
            <X size={16} />
          </IconButton>
        </>
      )}
      {shown && <Suggestions {...{ id, options, active }} onChoose={choose} />}
    </div>
  );
}

/** The mistake where it stands in the text. None while the text is another by now, or while its end is being written. */
function shiftedMistake(
  mistake: Mistake | undefined,
  text: string,
  filter: string | undefined,
  writing: boolean,
) {
  if (mistake === undefined || text.trim() !== filter) return undefined;
  const shift = text.length - text.trimStart().length;
  if (writing && mistake.to + shift === text.length) return undefined;
  return { from: mistake.from + shift, to: mistake.to + shift };
}

/** The text as it is typed; the address follows it, and it follows the address. */
function useTyped(route: Route) {
  const said = route.filter ?? "";
  const [state, setState] = useState({ text: said, said });
  let { text } = state;
  if (state.said !== said) {
    // Somebody went elsewhere: a link, the way back. Our own writing has been taken over already.
    text = state.text.trim() === said ? state.text : said;
    setState({ text, said });
  }
  const setText = (next: string) => setState((last) => ({ ...last, text: next }));

  function commit(next: string) {
    const filter = next.trim();
    if (filter === said) return;
    navigate({ ...route, filter: filter === "" ? undefined : filter }, said !== "" && filter !== "");
  }
  const latest = useRef(commit);
  useEffect(() => {
    latest.current = commit;
  });
  useEffect(() => {
    if (isUnfinished(text)) return;
    const timer = setTimeout(() => latest.current(text), text === "" ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return { text, setText, commit };
}
