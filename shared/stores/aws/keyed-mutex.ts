/**
 * Runs bodies of the same key one after the other, and of different keys in parallel. A body that fails does not
 * stop the next.
 */
export function makeKeyedMutex(): <T>(key: string, body: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, body) => {
    const before = last.get(key) ?? Promise.resolve();
    const held = before.then(body, body);
    last.set(key, held);
    try {
      return await held;
    } finally {
      if (last.get(key) === held) last.delete(key);
    }
  };
}

/** Holds all keys at once. In the same order everywhere, so that no two wait for each other. */
export function withAll<T>(
  withMutex: ReturnType<typeof makeKeyedMutex>,
  keys: string[],
  body: () => Promise<T>,
): Promise<T> {
  const ordered = [...new Set(keys)].sort();
  return ordered.reduceRight<() => Promise<T>>((inner, key) => () => withMutex(key, inner), body)();
}
