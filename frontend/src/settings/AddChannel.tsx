import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Channel, NewChannel } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { PushError, pushObstacle, subscribe } from "./push.ts";
import { CHANNELS } from "./queries.ts";

type Kind = Channel["kind"];

/** Adds a way to be reached, and has its code sent there at once. */
export function AddChannel({ channels }: { channels: Channel[] }) {
  const messages = useMessages();
  const { settings: words, common } = messages;
  const { api, person } = useServices();
  const client = useQueryClient();
  const offered = useQuery({
    queryKey: ["channel-kinds"],
    queryFn: ({ signal }) => api.channelKinds(signal),
  });
  const [choice, setChoice] = useState<string>();
  const [address, setAddress] = useState("");
  const [problem, setProblem] = useState("");
  const [secret, setSecret] = useState("");
  const [busy, setBusy] = useState(false);

  // A choice is a kind, or binding:<name>.
  const [kind, binding] = (choice?.split(":") ?? []) as [Kind?, string?];
  const choices: [string, string][] = [
    ["email", words.kinds.email],
    ...(offered.data?.webpush ? [["webpush", words.kinds.webpush] as [string, string]] : []),
    ["webhook", words.kinds.webhook],
    ...(offered.data?.bindings ?? []).map(
      ({ name, label }) => [`binding:${name}`, label] as [string, string],
    ),
  ];

  function pick(next: string) {
    setChoice(next);
    setProblem("");
    setSecret("");
    const known = channels.some((channel) => channel.address === person.email);
    setAddress(next === "email" && !known ? person.email : "");
  }

  async function body(): Promise<NewChannel> {
    if (kind === "webpush") {
      const subscription = await subscribe(offered.data?.webpush ?? "");
      return { kind, subscription, label: words.thisBrowser };
    }
    return { kind: kind!, address, ...(binding !== undefined && { binding }) };
  }

  async function add(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      const { data: made } = await api.addChannel(await body());
      setSecret(made.secret ?? "");
      if (made.secret === undefined) setChoice(undefined);
      await client.invalidateQueries({ queryKey: CHANNELS });
      const sent = await api.verifyChannel(made.id);
      if (sent.state === "failed") setProblem(words.reasons[sent.detail ?? ""] ?? "");
    } catch (error) {
      if (error instanceof PushError) setProblem(words.push[error.obstacle]);
      else
        setProblem(
          explain(error, { ...messages, problems: { ...messages.problems, conflict: words.known } }),
        );
    } finally {
      setBusy(false);
      await client.invalidateQueries({ queryKey: CHANNELS });
    }
  }

  const obstacle = kind === "webpush" ? pushObstacle() : undefined;
  return (
    <form className="channel-add" onSubmit={(event) => void add(event)}>
      <div className="channel-kinds" role="group" aria-label={words.add}>
        {choices.map(([value, label]) => (
          <Button
            key={value}
            icon={<Plus size={15} aria-hidden="true" />}
            aria-pressed={choice === value}
            onClick={() => pick(value)}
          >
            {label}
          </Button>
        ))}
      </div>
      {secret !== "" && (
        <p className="settings-hint" role="status">
          {words.secret} <code>{secret}</code>
        </p>
      )}
      {choice !== undefined && secret === "" && (
        <div className="channel-new">
          {kind === "webpush" ? (
            problem === "" && (
              <p className="settings-hint">
                {obstacle === undefined ? words.pushLead : words.push[obstacle]}
              </p>
            )
          ) : (
            <label>
              <span>{kind === "webhook" ? "URL" : words.address}</span>
              <input
                type={kind === "email" ? "email" : "text"}
                value={address}
                placeholder={placeholder(kind, offered.data?.bindings.find((b) => b.name === binding)?.hint)}
                maxLength={2048}
                autoComplete={kind === "email" ? "email" : "off"}
                required
                onChange={(event) => setAddress(event.target.value)}
              />
            </label>
          )}
          <div className="channel-acts">
            <Button type="submit" variant="primary" busy={busy} disabled={obstacle !== undefined}>
              {kind === "webpush" ? words.allow : words.addThis}
            </Button>
            <Button variant="quiet" onClick={() => setChoice(undefined)}>
              {common.cancel}
            </Button>
          </div>
        </div>
      )}
      {problem !== "" && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

function placeholder(kind: Kind | undefined, hint: string | undefined): string {
  return kind === "webhook" ? "https://example.com/hook" : (hint ?? "");
}
