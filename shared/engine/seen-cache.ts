/**
 * What this process knows about admitted URLs, so that a link seen before costs no read.
 * It remembers which batch admitted a URL: the same batch, repeated after a crash, must get it again.
 */
export interface SeenCache {
  /** `undefined`: not known here. */
  owner(run: string, key: string): string | undefined;
  remember(run: string, key: string, batch: string): void;
}

/** Two generations: when the young one is full it becomes the old one, and the oldest are forgotten. */
export function makeSeenCache(capacity = 200_000): SeenCache {
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  return {
    owner(run, key) {
      const name = `${run} ${key}`;
      return young.get(name) ?? old.get(name);
    },
    remember(run, key, batch) {
      if (young.size >= capacity / 2) {
        old = young;
        young = new Map();
      }
      young.set(`${run} ${key}`, batch);
    },
  };
}
