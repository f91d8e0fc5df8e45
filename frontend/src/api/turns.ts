/** One write at a time to each thing, so that a quick second one carries the version that the first one made. */
const queues = new Map<string, Promise<unknown>>();

export function inTurn<T>(id: string, run: () => Promise<T>): Promise<T> {
  const turn = (queues.get(id) ?? Promise.resolve()).then(run, run);
  const settled = turn.catch(() => undefined).finally(() => queues.get(id) === settled && queues.delete(id));
  queues.set(id, settled);
  return turn;
}
