import { useQuery } from "@tanstack/react-query";
import { Check, Hash, Pencil, Tag as TagIcon, X } from "lucide-react";
import { type SubmitEvent, useState } from "react";
import type { Tag } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { navigate } from "../app/route.ts";
import { useServices } from "../app/services.tsx";
import { TAGS } from "../filter/queries.ts";
import { tagFilter } from "../filter/syntax.ts";
import { useMessages } from "../messages/index.tsx";
import { Button, IconButton } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Empty, Skeleton } from "../ui/Empty.tsx";
import type { TaskActions } from "./actions.ts";

interface TagsDialogProps {
  actions: TaskActions;
  onClose(): void;
}

/** Every tag with its open tasks. Another name that is in use already merges the two. */
export default function TagsDialog({ actions, onClose }: TagsDialogProps) {
  const messages = useMessages();
  const { tags: words, common } = messages;
  const { api } = useServices();
  const query = useQuery({ queryKey: TAGS, queryFn: ({ signal }) => api.tags(signal) });
  const [editing, setEditing] = useState<string>();
  const tags = query.data ?? [];

  return (
    <Dialog title={words.title} onClose={onClose} className="dialog-small">
      <div className="tags-list">
        {query.isPending && <Skeleton rows={3} label={common.loading} />}
        {query.isError && <p className="field-error">{explain(query.error, messages)}</p>}
        {query.isSuccess && tags.length === 0 && (
          <Empty icon={<TagIcon size={28} />} title={words.emptyTitle} text={words.empty} />
        )}
        <ul>
          {tags.map((tag) =>
            editing === tag.name ? (
              <li key={tag.name}>
                <RenameTag tag={tag} tags={tags} actions={actions} onDone={() => setEditing(undefined)} />
              </li>
            ) : (
              <li key={tag.name} className="tags-item">
                <button
                  type="button"
                  className="tags-name"
                  onClick={() => {
                    onClose();
                    navigate({ view: "all", filter: tagFilter(tag.name) });
                  }}
                >
                  <Hash size={15} aria-hidden="true" />
                  <span>{tag.name}</span>
                  <small>{messages.tasks.open(tag.open)}</small>
                </button>
                <IconButton label={words.rename(tag.name)} onClick={() => setEditing(tag.name)}>
                  <Pencil size={16} />
                </IconButton>
              </li>
            ),
          )}
        </ul>
      </div>
    </Dialog>
  );
}

interface RenameTagProps {
  tag: Tag;
  tags: readonly Tag[];
  actions: TaskActions;
  onDone(): void;
}

/** What the new name would do is said before it is done: how many tasks it changes, and whether two tags become one. */
function RenameTag({ tag, tags, actions, onDone }: RenameTagProps) {
  const messages = useMessages();
  const { tags: words, common } = messages;
  const { api } = useServices();
  const [name, setName] = useState(tag.name);
  const [busy, setBusy] = useState(false);
  const wanted = name.trim().replace(/^#+/, "");
  const other = tags.find((one) => one.name.toLowerCase() === wanted.toLowerCase() && one.name !== tag.name);
  const preview = useQuery({
    queryKey: ["tags-preview", tag.name, wanted],
    queryFn: async () => (await api.renameTag(tag.name, wanted, true)).data.changed,
    enabled: wanted !== tag.name,
    retry: false,
  });

  async function save(event: SubmitEvent) {
    event.preventDefault();
    if (wanted === tag.name) return onDone();
    setBusy(true);
    const done = await actions.renameTag(tag.name, wanted);
    setBusy(false);
    if (done) onDone();
  }

  function say(): string {
    if (wanted === tag.name) return "";
    if (preview.isError) return explain(preview.error, messages);
    if (preview.data === undefined) return common.loading;
    if (wanted === "") return words.takeOff(preview.data);
    return other === undefined ? words.change(preview.data) : words.merge(other.name, preview.data);
  }

  return (
    <form className="tags-rename" onSubmit={(event) => void save(event)}>
      <input
        aria-label={words.rename(tag.name)}
        value={name}
        maxLength={100}
        autoFocus
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          onDone();
        }}
      />
      <Button
        type="submit"
        variant={wanted === "" ? "danger" : "primary"}
        icon={<Check size={16} aria-hidden="true" />}
        busy={busy}
        disabled={preview.isError}
      >
        {common.save}
      </Button>
      <IconButton label={common.cancel} onClick={onDone}>
        <X size={16} />
      </IconButton>
      <p role="status" className="field-hint">
        {say()}
      </p>
    </form>
  );
}
