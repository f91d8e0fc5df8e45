import { useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type KeyboardEvent, type SubmitEvent, useState } from "react";
import { asApiError } from "../api/problem.ts";
import type { Scope, Task } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import type { TaskActions } from "./actions.ts";
import { renewTasks } from "./cache.ts";
import { BlockedByField } from "./BlockedByField.tsx";
import { type Draft, draftOf, patchOf, scopesOf } from "./draft.ts";
import { DueField } from "./DueField.tsx";
import { PriorityField, TagsField } from "./fields.tsx";
import { RemindersField } from "./RemindersField.tsx";
import { RepeatField } from "./RepeatField.tsx";
import { ScopeFoot } from "./ScopeFoot.tsx";
import { SeriesActs } from "./SeriesActs.tsx";
import { ParentLine, SubtasksField } from "./SubtasksField.tsx";
import "./rule.css";

interface EditorProps {
  task: Task;
  actions: TaskActions;
  onClose(): void;
  /** Opens another task instead: a part, or what this is a part of. */
  onOpen(task: Task): void;
}

/** Edits one task. Nothing typed is lost: a refused save keeps the draft, closing with changes asks first. */
export default function Editor({ task: opened, actions, onClose, onOpen }: EditorProps) {
  const messages = useMessages();
  const { editor, common } = messages;
  const { api, zone } = useServices();
  const client = useQueryClient();
  const [task, setTask] = useState(opened);
  const [draft, setDraft] = useState(() => draftOf(opened, zone));
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [asking, setAsking] = useState<Scope[]>([]);
  const change = (part: Partial<Draft>) => setDraft((last) => ({ ...last, ...part }));
  const changed = Object.keys(patchOf(task, draft)).length > 0;

  async function save(chosen?: Scope) {
    const patch = patchOf(task, draft);
    if (draft.title.trim() === "") return setProblem(editor.needsTitle);
    if (Object.keys(patch).length === 0) return onClose();
    const scopes = scopesOf(task, patch);
    if (scopes.length > 1 && chosen === undefined) return setAsking(scopes);
    setAsking([]);
    setBusy(true);
    setProblem("");
    try {
      await actions.update(task, patch, chosen ?? scopes[0]);
      onClose();
    } catch (error) {
      if (asApiError(error).slug === "version-mismatch") await rebase(patch);
      else setProblem(explain(error, messages));
    } finally {
      setBusy(false);
    }
  }

  /** Puts what the person changed on top of the newest state, so that saving again changes only that. */
  async function rebase(patch: ReturnType<typeof patchOf>) {
    try {
      const latest = await api.task(task.id);
      const fresh = draftOf(latest, zone);
      const mine = new Set(Object.keys(patch));
      setTask(latest);
      setDraft((last) => ({
        ...fresh,
        ...(mine.has("title") && { title: last.title }),
        ...(mine.has("description") && { description: last.description }),
        ...(mine.has("priority") && { priority: last.priority }),
        ...(mine.has("tags") && { tags: last.tags }),
        ...(mine.has("due") && { date: last.date, time: last.time, zone: last.zone }),
        ...(mine.has("recurrence") && {
          rrule: last.rrule,
          ruleChosen: last.ruleChosen,
          fromCompletion: last.fromCompletion,
          endOfMonth: last.endOfMonth,
          catchUp: last.catchUp,
          exDates: last.exDates,
          rDates: last.rDates,
        }),
        ...(mine.has("blocked_by") && { blockedBy: last.blockedBy }),
        ...(mine.has("reminders") && { reminders: last.reminders }),
      }));
      setProblem(editor.conflict);
      void renewTasks(client);
    } catch (error) {
      setProblem(explain(error, messages));
    }
  }

  /** What was typed is not left behind unasked. */
  function openOther(other: Task) {
    if (changed) setLeaving(true);
    else onOpen(other);
  }

  /** Acts on the task as it is, outside of the editor. */
  function leaveFor(act: () => Promise<unknown>) {
    if (changed) return setLeaving(true);
    onClose();
    void act();
  }

  function close() {
    if (changed && !leaving) setLeaving(true);
    else onClose();
  }

  return (
    <Dialog title={editor.label} onClose={close} className="dialog-editor">
      <form
        className="editor"
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className="editor-fields">
          <TitleField draft={draft} change={change} onSave={() => void save()} />
          <ParentLine
            task={task}
            onOpen={openOther}
            onSeparate={() => leaveFor(() => actions.separate(task))}
          />
          <DueField draft={draft} onChange={setDraft} />
          <RepeatField draft={draft} onChange={setDraft}>
            <SeriesActs task={task} actions={actions} leaveFor={leaveFor} />
          </RepeatField>
          <RemindersField draft={draft} change={change} />
          <SubtasksField task={task} actions={actions} onOpen={openOther} />
          <BlockedByField task={task} draft={draft} change={change} onOpen={openOther} />
          <PriorityField value={draft.priority} onChange={(priority) => change({ priority })} />
          <TagsField draft={draft} onChange={setDraft} />
        </div>
        <p className="field-error" role="alert">
          {problem}
        </p>
        {asking.length > 0 ? (
          <ScopeFoot scopes={asking} onChoose={(scope) => void save(scope)} onBack={() => setAsking([])} />
        ) : leaving ? (
          <footer className="editor-foot editor-leaving" role="alert">
            <p>{editor.discard}</p>
            <Button variant="quiet" onClick={() => setLeaving(false)}>
              {editor.keep}
            </Button>
            <Button variant="danger" onClick={onClose} autoFocus>
              {editor.discardYes}
            </Button>
          </footer>
        ) : (
          <footer className="editor-foot">
            <Button
              variant="quiet"
              icon={<Trash2 size={16} />}
              className="editor-delete"
              onClick={() => {
                onClose();
                void actions.remove(task);
              }}
            >
              {common.delete}
            </Button>
            <Button variant="quiet" onClick={close}>
              {common.cancel}
            </Button>
            <Button type="submit" variant="primary" busy={busy}>
              {common.save}
            </Button>
          </footer>
        )}
      </form>
    </Dialog>
  );
}

interface TitleFieldProps {
  draft: Draft;
  change(part: Partial<Draft>): void;
  onSave(): void;
}

function TitleField({ draft, change, onSave }: TitleFieldProps) {
  const { editor } = useMessages();
  function saveOnEnter(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onSave();
  }
  return (
    <>
      <textarea
        className="editor-title"
        aria-label={editor.title}
        value={draft.title}
        onChange={(event) => change({ title: event.target.value.replaceAll("\n", " ") })}
        onKeyDown={saveOnEnter}
        rows={1}
        maxLength={500}
        required
      />
      <textarea
        className="editor-description"
        aria-label={editor.description}
        placeholder={editor.descriptionHint}
        value={draft.description}
        onChange={(event) => change({ description: event.target.value })}
        rows={2}
        maxLength={20_000}
      />
    </>
  );
}
