import { useQueryClient } from "@tanstack/react-query";
import { BellRing, Mail, Plug, Webhook } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import type { Channel, ChannelOutcome } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { Skeleton } from "../ui/Empty.tsx";
import { showToast } from "../ui/toasts.ts";
import { AddChannel } from "./AddChannel.tsx";
import { unsubscribe } from "./push.ts";
import { CHANNELS, useChannels } from "./queries.ts";

const ICONS = { email: Mail, webpush: BellRing, webhook: Webhook, binding: Plug };

/** The ways to reach the person: in the app always, and what they added. */
export function Channels() {
  const messages = useMessages();
  const { settings: words, common } = messages;
  const query = useChannels();
  return (
    <div className="channels">
      <p className="settings-hint">{words.inApp}</p>
      {query.isPending && <Skeleton rows={2} label={common.loading} />}
      {query.isError && <p className="field-error">{explain(query.error, messages)}</p>}
      <ul>
        {query.data?.map((channel) => (
          <ChannelItem key={channel.id} channel={channel} />
        ))}
      </ul>
      <AddChannel channels={query.data ?? []} />
    </div>
  );
}

/** What a channel is called: the person's own name, else what it leads to. */
function nameOf(channel: Channel): string {
  if (channel.label !== "") return channel.label;
  if (channel.kind !== "webpush") return channel.address;
  return URL.canParse(channel.address) ? new URL(channel.address).host : channel.address;
}

function ChannelItem({ channel }: { channel: Channel }) {
  const messages = useMessages();
  const { settings: words } = messages;
  const { api } = useServices();
  const client = useQueryClient();
  const [busy, setBusy] = useState("");
  const Icon = ICONS[channel.kind];
  const name = nameOf(channel);

  /** Runs one act at a time, and shows what became of the channel. */
  async function run(what: string, act: () => Promise<unknown>) {
    setBusy(what);
    try {
      await act();
    } catch (error) {
      showToast({ tone: "danger", text: explain(error, messages) });
    } finally {
      await client.invalidateQueries({ queryKey: CHANNELS });
      setBusy("");
    }
  }

  function tell({ state, detail }: ChannelOutcome) {
    if (state === "failed") {
      showToast({ tone: "danger", text: words.testFailed(name), detail: words.reasons[detail ?? ""] });
    } else {
      showToast({ tone: "plain", text: state === "sent" ? words.codeSent(name) : words.testSent(name) });
    }
  }

  async function remove() {
    if (channel.kind === "webpush") await unsubscribe(channel.address).catch(() => undefined);
    await api.removeChannel(channel);
  }

  return (
    <li className="channel" data-failing={channel.failing !== undefined || undefined}>
      <div className="channel-head">
        <Icon size={18} aria-hidden="true" />
        <div className="channel-name">
          <strong>{name}</strong>
          <span className="channel-state">
            {words.kinds[channel.kind]} · {stateOf(channel, words)}
          </span>
        </div>
      </div>
      {channel.failing !== undefined && (
        <p className="channel-failing">
          {words.failing} {words.reasons[channel.failing]}
        </p>
      )}
      {channel.verified ? (
        <div className="channel-wants">
          {(["enabled", "reminders", "digest"] as const).map((field) => (
            <label key={field} className="settings-check">
              <input
                type="checkbox"
                checked={channel[field]}
                disabled={busy !== "" || (field !== "enabled" && !channel.enabled)}
                onChange={(event) =>
                  void run(field, () => api.updateChannel(channel, { [field]: event.target.checked }))
                }
              />
              {words.wants[field]}
            </label>
          ))}
        </div>
      ) : (
        <Verify channel={channel} run={run} busy={busy} tell={tell} />
      )}
      <div className="channel-acts">
        {channel.verified && (
          <Button
            busy={busy === "test"}
            onClick={() => void run("test", async () => tell(await api.testChannel(channel.id)))}
          >
            {words.test}
          </Button>
        )}
        <Button variant="quiet" busy={busy === "remove"} onClick={() => void run("remove", remove)}>
          {words.remove}
        </Button>
      </div>
    </li>
  );
}

function stateOf(channel: Channel, words: ReturnType<typeof useMessages>["settings"]): string {
  if (!channel.verified) return words.unverified;
  return channel.enabled ? words.verified : words.off;
}

interface VerifyProps {
  channel: Channel;
  busy: string;
  run(what: string, act: () => Promise<unknown>): Promise<void>;
  tell(outcome: ChannelOutcome): void;
}

/** The code that proves the address: sent there, and typed here. A push brings it here by itself. */
function Verify({ channel, busy, run, tell }: VerifyProps) {
  const { settings: words } = useMessages();
  const { api } = useServices();
  const [code, setCode] = useState("");
  const verify = (digits: string) => run("verify", () => api.verifyChannel(channel.id, digits));

  useEffect(() => {
    if (channel.kind !== "webpush" || !("serviceWorker" in navigator)) return;
    const heard = ({ data }: MessageEvent<{ type?: string; channel?: string; code?: string }>) => {
      if (data.type === "nudge-code" && data.channel === channel.id && data.code) void verify(data.code);
    };
    navigator.serviceWorker.addEventListener("message", heard);
    return () => navigator.serviceWorker.removeEventListener("message", heard);
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    void verify(code.trim());
  }

  return (
    <form className="channel-verify" onSubmit={submit}>
      <label>
        <span>{words.code}</span>
        <input
          value={code}
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9]{6}"
          maxLength={6}
          size={7}
          required
          onChange={(event) => setCode(event.target.value)}
        />
      </label>
      <Button type="submit" variant="primary" busy={busy === "verify"}>
        {words.verify}
      </Button>
      <Button
        variant="quiet"
        busy={busy === "send"}
        onClick={() => void run("send", async () => tell(await api.verifyChannel(channel.id)))}
      >
        {words.sendCode}
      </Button>
    </form>
  );
}
