/** Runs bodies of one key one after the other, of different keys at once. A body that fails does not stop the next. */
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
