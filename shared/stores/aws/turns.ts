/**
 * Runs bodies of the same key one after the other, and of different keys in parallel. A body that fails does not
 * stop the next.
 */
export function makeTurns(): <T>(key: string, body: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, body) => {
    const before = last.get(key) ?? Promise.resolve();
    const turn = before.then(body, body);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
