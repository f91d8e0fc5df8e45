import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarPlus, Check, Copy, Rss } from "lucide-react";
import { type SubmitEvent, useRef, useState } from "react";
import type { Feed } from "../api/types.ts";
import { asApiError } from "../api/problem.ts";
import { explain } from "../app/problems.ts";
import { useServices } from "../app/services.tsx";
import { useKeptFilters } from "../filter/queries.ts";
import { mistakeOf } from "../filter/syntax.ts";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { showToast } from "../ui/toasts.ts";

const FEEDS = ["feeds"] as const;

/** Addresses at which calendars read the tasks. Whoever knows one reads them, so one is shown once and can be ended. */
export function Feeds() {
  const messages = useMessages();
  const { feeds: words } = messages;
  const { api } = useServices();
  const { data: feeds, error } = useQuery({ queryKey: FEEDS, queryFn: ({ signal }) => api.feeds(signal) });
  const [made, setMade] = useState<Feed>();
  return (
    <div className="channels">
      {error !== null && <p className="field-error">{explain(error, messages)}</p>}
      {made !== undefined && <Address feed={made} />}
      <ul>
        {feeds?.map((feed) => (
          <FeedItem
            key={feed.id}
            feed={feed}
            onEnded={() => setMade((last) => (last?.id === feed.id ? undefined : last))}
          />
        ))}
      </ul>
      {feeds?.length === 0 && made === undefined && <p className="settings-hint">{words.none}</p>}
      <NewFeed onMade={setMade} />
    </div>
  );
}

/** The address, this once. */
function Address({ feed }: { feed: Feed }) {
  const { feeds: words } = useMessages();
  const [copied, setCopied] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const address = `${location.origin}${feed.path}`;

  async function copy() {
    try {
      await navigator.clipboard.writeText(address);
      setCopied(true);
    } catch {
      // Not allowed here: marked, it can be copied by hand.
      input.current?.select();
    }
  }

  return (
    <div className="channel feed-address" role="status">
      <p className="settings-hint">{words.once(feed.name)}</p>
      <div className="feed-copy">
        <input
          ref={input}
          aria-label={words.address}
          value={address}
          readOnly
          onFocus={(event) => event.target.select()}
        />
        <Button
          variant="primary"
          icon={copied ? <Check size={15} aria-hidden="true" /> : <Copy size={15} aria-hidden="true" />}
          onClick={() => void copy()}
        >
          {copied ? words.copied : words.copy}
        </Button>
      </div>
      <p className="settings-hint">{words.events}</p>
    </div>
  );
}

function FeedItem({ feed, onEnded }: { feed: Feed; onEnded(): void }) {
  const messages = useMessages();
  const { feeds: words, common } = messages;
  const { api } = useServices();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);

  async function end() {
    setBusy(true);
    try {
      await api.deleteFeed(feed.id);
      onEnded();
    } catch (error) {
      showToast({ tone: "danger", text: explain(error, messages) });
    } finally {
      await client.invalidateQueries({ queryKey: FEEDS });
      setBusy(false);
    }
  }

  return (
    <li className="channel">
      <div className="channel-head">
        <Rss size={18} aria-hidden="true" />
        <div className="channel-name">
          <strong>{feed.name}</strong>
          <span className="channel-state">
            {feed.filter === "" ? words.open : <code>{feed.filter}</code>}
          </span>
        </div>
      </div>
      {asking ? (
        <div className="channel-acts" role="group" aria-label={words.end(feed.name)}>
          <p className="settings-hint">{words.ask}</p>
          <Button variant="danger" busy={busy} autoFocus onClick={() => void end()}>
            {words.endYes}
          </Button>
          <Button variant="quiet" onClick={() => setAsking(false)}>
            {common.cancel}
          </Button>
        </div>
      ) : (
        <div className="channel-acts">
          <Button variant="quiet" onClick={() => setAsking(true)}>
            {words.end(feed.name)}
          </Button>
        </div>
      )}
    </li>
  );
}

function NewFeed({ onMade }: { onMade(feed: Feed): void }) {
  const messages = useMessages();
  const { feeds: words, filter: filterWords, common } = messages;
  const { api } = useServices();
  const client = useQueryClient();
  const kept = useKeptFilters().data ?? [];
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [filter, setFilter] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function make(event: SubmitEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      const { data } = await api.createFeed({
        ...(name.trim() !== "" && { name: name.trim() }),
        ...(filter.trim() !== "" && { filter: filter.trim() }),
      });
      onMade(data);
      setOpen(false);
      setName("");
      setFilter("");
    } catch (error) {
      const wrong = asApiError(error).field("/filter");
      setProblem(wrong === undefined ? explain(error, messages) : mistakeOf(wrong, filter).detail);
    } finally {
      setBusy(false);
      await client.invalidateQueries({ queryKey: FEEDS });
    }
  }

  if (!open)
    return (
      <div className="channel-acts">
        <Button icon={<CalendarPlus size={15} aria-hidden="true" />} onClick={() => setOpen(true)}>
          {words.make}
        </Button>
      </div>
    );
  return (
    <form className="channel-new" onSubmit={(event) => void make(event)}>
      <label>
        <span>{filterWords.name}</span>
        <input
          value={name}
          maxLength={100}
          placeholder={messages.name}
          autoFocus
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label>
        <span>{words.which}</span>
        <input
          value={filter}
          maxLength={1000}
          list="kept-filters"
          placeholder={words.open}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setFilter(event.target.value)}
        />
        <datalist id="kept-filters">
          {kept.map((one) => (
            <option key={one.id} value={one.filter}>
              {one.name}
            </option>
          ))}
        </datalist>
      </label>
      <p className="field-error" role="alert">
        {problem}
      </p>
      <div className="channel-acts">
        <Button type="submit" variant="primary" busy={busy}>
          {words.makeThis}
        </Button>
        <Button variant="quiet" onClick={() => setOpen(false)}>
          {common.cancel}
        </Button>
      </div>
    </form>
  );
}
