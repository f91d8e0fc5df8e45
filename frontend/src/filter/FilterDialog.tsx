import { useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type SubmitEvent, useState } from "react";
import type { KeptFilter } from "../api/types.ts";
import { asApiError } from "../api/problem.ts";
import { explain } from "../app/problems.ts";
import { navigate } from "../app/route.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { showToast } from "../ui/toasts.ts";
import { FILTERS, writeFilter } from "./queries.ts";
import { mistakeOf } from "./syntax.ts";
import { useDropFilter } from "./useDropFilter.ts";

interface FilterDialogProps {
  /** The kept filter to change; none: a new one. */
  kept: KeptFilter | undefined;
  filter: string;
  onClose(): void;
}

/** Names a filter and keeps it, or changes a kept one. */
export default function FilterDialog({ kept, filter, onClose }: FilterDialogProps) {
  const messages = useMessages();
  const { filter: words, common } = messages;
  const { api } = useServices();
  const client = useQueryClient();
  const drop = useDropFilter();
  const [name, setName] = useState(kept?.name ?? "");
  const [text, setText] = useState(filter);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  async function save(event: SubmitEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    const wanted = { name: name.trim(), filter: text.trim() };
    try {
      await (kept === undefined
        ? api.keepFilter(wanted)
        : writeFilter(client, kept, (newest) => api.updateFilter(newest, wanted)));
      await client.invalidateQueries({ queryKey: FILTERS });
      showToast({ tone: "plain", text: words.saved(wanted.name) });
      navigate({ view: "all", filter: wanted.filter });
      onClose();
    } catch (error) {
      const wrong = asApiError(error).field("/filter");
      setProblem(wrong === undefined ? explain(error, messages) : mistakeOf(wrong, wanted.filter).detail);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog title={kept === undefined ? words.keep : words.edit} onClose={onClose} className="dialog-small">
      <form className="form" onSubmit={(event) => void save(event)}>
        <label className="field">
          <span>{words.name}</span>
          <input
            value={name}
            maxLength={100}
            required
            data-first
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="field">
          <span>{words.filter}</span>
          <input
            value={text}
            maxLength={1000}
            required
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <p className="field-error" role="alert">
          {problem}
        </p>
        <footer className="form-foot">
          {kept !== undefined && (
            <Button
              variant="quiet"
              icon={<Trash2 size={16} />}
              className="editor-delete"
              onClick={() => {
                onClose();
                void drop(kept);
              }}
            >
              {common.delete}
            </Button>
          )}
          <Button variant="quiet" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" variant="primary" busy={busy}>
            {common.save}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
