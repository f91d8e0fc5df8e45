import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Written } from "../api/client.ts";
import { asApiError } from "../api/problem.ts";
import { inTurn } from "../api/turns.ts";
import type { Bulk, Scope, Task, TaskPatch, Undone } from "../api/types.ts";
import { explain } from "../app/problems.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/index.tsx";
import { showToast } from "../ui/toasts.ts";
import { expect, findTask, renewTasks } from "./cache.ts";

export type TaskActions = ReturnType<typeof useTaskActions>;

/** How many acts on a task have not been answered yet. */
const underWay = new Map<string, number>();

/** Change sets that `u` can undo, newest last. */
const undoable: string[] = [];

/** Every act on a task: shown at once, sent with its version, undoable, taken back with a reason when refused. */
export function useTaskActions() {
  const client = useQueryClient();
  const { api } = useServices();
  const messages = useMessages();

  return useMemo(() => {
    function fail(error: unknown) {
      showToast({ tone: "danger", text: explain(error, messages) });
    }

    function offerUndo(text: string, changeSet: string | undefined, about?: string) {
      if (changeSet !== undefined) undoable.push(changeSet);
      const { undo: label } = messages.common;
      showToast({
        tone: "plain",
        text,
        action: changeSet === undefined ? undefined : { label, run: () => void undo(changeSet) },
        about,
      });
    }

    /** An act with a foreseen outcome. Resolves to whether it was done. */
    async function act(
      task: Task,
      foresee: (task: Task) => Task | null,
      send: (task: Task) => Promise<Written<Task | undefined>>,
      done: string,
      about?: string,
    ): Promise<boolean> {
      underWay.set(task.id, (underWay.get(task.id) ?? 0) + 1);
      const takeBack = await expect(client, task.id, foresee);
      try {
        const { data, changeSet } = await inTurn(task.id, async () => {
          const written = await send(newest(task));
          const version = written.data?.version;
          // Before its turn ends: the next one needs it.
          if (version !== undefined) await expect(client, task.id, (it) => ({ ...it, version }));
          return written;
        });
        if (data !== undefined && underWay.get(task.id) === 1) await expect(client, task.id, () => data);
        offerUndo(done, changeSet, about);
        return true;
      } catch (error) {
        takeBack();
        fail(error);
        return false;
      } finally {
        const others = (underWay.get(task.id) ?? 1) - 1;
        if (others > 0) underWay.set(task.id, others);
        else underWay.delete(task.id);
        // What the next act foresees is not overwritten by what was before it.
        if (others === 0) void renewTasks(client);
      }
    }

    /** The version may have moved since the row was drawn: by an earlier act of ours, or by a live update. */
    function newest(task: Task): Task {
      const known = findTask(client, task.id);
      return known !== undefined && known.version > task.version ? known : task;
    }

    async function undo(changeSet: string): Promise<void> {
      const place = undoable.lastIndexOf(changeSet);
      const isRedo = redos.delete(changeSet);
      if (place >= 0) undoable.splice(place, 1);
      try {
        const { data } = await api.undo(changeSet);
        announceUndone(data, isRedo);
      } catch (error) {
        fail(error);
      } finally {
        void renewTasks(client);
      }
    }

    function announceUndone(data: Undone | undefined, isRedo: boolean) {
      const inverse = data?.change_set;
      if (inverse !== undefined && !isRedo) redos.add(inverse);
      const { toast, common } = messages;
      showToast({
        tone: "plain",
        text: isRedo ? toast.redone : toast.undone,
        action:
          inverse === undefined
            ? undefined
            : { label: isRedo ? common.undo : common.redo, run: () => void undo(inverse) },
      });
    }

    const { toast } = messages;
    return {
      complete: (task: Task) =>
        act(task, (it) => ({ ...it, status: "completed" }), api.complete, toast.completed(task.title)),
      reopen: (task: Task) =>
        act(task, (it) => ({ ...it, status: "open" }), api.reopen, toast.reopened(task.title)),
      remove: (task: Task) => act(task, () => null, api.remove, toast.deleted(task.title)),
      restore: (task: Task) => act(task, () => null, api.restore, toast.restored(task.title)),

      /** Leaves this occurrence of a series out. */
      skip: (task: Task) => act(task, (it) => it, api.skip, toast.skipped(task.title)),
      pause: (task: Task, until: string) =>
        act(
          task,
          (it) => it,
          (it) => api.pause(it, until),
          toast.paused(task.title),
        ),
      resume: (task: Task) => act(task, (it) => it, api.resume, toast.resumed(task.title)),

      /** One change of many. Resolves to whether it was done. */
      async bulk(body: Bulk): Promise<boolean> {
        try {
          const { data } = await api.bulk(body, false);
          offerUndo(toast.changed(data.changed), data.change_set || undefined);
          return true;
        } catch (error) {
          fail(error);
          return false;
        } finally {
          void renewTasks(client);
        }
      },

      /** Gives a tag another name, or that of another. Resolves to whether it was done. */
      async renameTag(from: string, to: string): Promise<boolean> {
        try {
          const { data } = await api.renameTag(from, to, false);
          offerUndo(toast.changed(data.changed), data.change_set || undefined);
          return true;
        } catch (error) {
          fail(error);
          return false;
        } finally {
          void renewTasks(client);
        }
      },

      /** Adds a part to a task. */
      async createPart(parent: Task, title: string): Promise<boolean> {
        try {
          const { changeSet } = await api.create({ title, parent_id: parent.id });
          offerUndo(toast.added(title), changeSet);
          return true;
        } catch (error) {
          fail(error);
          return false;
        } finally {
          void renewTasks(client);
        }
      },

      /** Makes a part a task of its own. */
      separate: (task: Task) =>
        act(
          task,
          (it) => ({ ...it, parent_id: null }),
          (it) => api.update(it, { parent_id: null }),
          toast.saved(task.title),
        ),

      /** Gives tasks other places in the order of one's own. */
      arrange: (positions: readonly (readonly [Task, number])[]) =>
        Promise.all(
          positions.map(([task, position]) =>
            act(
              task,
              (it) => ({ ...it, position }),
              (it) => api.update(it, { position }),
              toast.moved(positions[0]![0].title),
              "order",
            ),
          ),
        ),

      async create(text: string): Promise<Task | undefined> {
        try {
          const { data, changeSet } = await api.create({ text });
          offerUndo(toast.added(data.title), changeSet);
          return data;
        } catch (error) {
          fail(error);
          return undefined;
        } finally {
          void renewTasks(client);
        }
      },

      /** Saves an edit. Throws ApiError: the editor keeps the draft and shows why. */
      async update(task: Task, patch: TaskPatch, scope?: Scope): Promise<void> {
        try {
          const { data, changeSet } = await inTurn(task.id, () => api.update(task, patch, scope));
          await expect(client, task.id, () => data);
          offerUndo(toast.saved(data.title), changeSet);
        } catch (error) {
          throw asApiError(error);
        } finally {
          void renewTasks(client);
        }
      },

      /** Says what was done elsewhere on the page, with the way back. */
      announce: offerUndo,
      undo,
      undoLast() {
        const last = undoable.at(-1);
        if (last === undefined) showToast({ tone: "plain", text: messages.toast.nothingToUndo });
        else void undo(last);
      },
    };
  }, [client, api, messages]);
}

/** Change sets that are themselves an undo: undoing one is a redo. */
const redos = new Set<string>();
