import { CornerDownLeft, Plus } from "lucide-react";
import { type SubmitEvent, useState } from "react";
import { useMessages } from "../messages/index.tsx";
import type { TaskActions } from "./actions.ts";

/** A task in one line, understood by the same language as the chat. What could not be saved stays in the field. */
export function QuickAdd({ actions, onAdded }: { actions: TaskActions; onAdded(id: string): void }) {
  const { tasks } = useMessages();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const words = text.trim();
    if (words === "" || busy) return;
    setBusy(true);
    const task = await actions.create(words);
    setBusy(false);
    if (task === undefined) return;
    setText("");
    onAdded(task.id);
  }

  return (
    <form className="quick-add" onSubmit={(event) => void submit(event)} aria-busy={busy}>
      <Plus size={20} aria-hidden="true" />
      <input
        id="quick-add"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        placeholder={`${tasks.add}: ${tasks.addHint}`}
        aria-label={tasks.add}
        maxLength={2000}
        autoComplete="off"
        enterKeyHint="done"
      />
      <button
        type="submit"
        className="quick-add-send"
        aria-label={tasks.add}
        disabled={busy || text.trim() === ""}
      >
        <CornerDownLeft size={18} />
      </button>
    </form>
  );
}
