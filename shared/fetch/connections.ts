import type { Dispatcher } from 'undici';

/** Connections by origin, kept for the next request to it. */
export interface Connections {
  /** Waits for a connection that has just become free, so that no other one is opened. */
  take(origin: string): Promise<LeasedConnection>;
  /** Requests under way fail, and so do later ones. */
  destroy(): Promise<void>;
}

export interface LeasedConnection {
  dispatcher: Dispatcher;
  /** To be called once, when the answer has ended. */
  release(): void;
}

/** An idle connection holds a file and 40 KB; a crawl of many hosts leaves them behind faster than they time out. */
const maxOrigins = 250;

interface Entry {
  dispatcher: Dispatcher;
  underWay: number;
  /** undici marks a connection as free only one turn of the event loop after the end of its answer. */
  settling?: Promise<void>;
}

/** Keeps the connections of the most recently used origins; beyond `maxOrigins`, only those of origins in use. */
export function makeConnections(open: (origin: string) => Dispatcher): Connections {
  /** In the order of last use. */
  const entries = new Map<string, Entry>();
  let isDestroyed = false;

  const closeIdle = (): void => {
    for (const [origin, { dispatcher, underWay }] of entries) {
      if (entries.size <= maxOrigins) return;
      if (underWay > 0) continue;
      entries.delete(origin);
      // No request is under way that a failure to close could affect.
      dispatcher.close().catch(() => undefined);
    }
  };

  const settle = (entry: Entry): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(() => {
        delete entry.settling;
        if (entries.size > maxOrigins) closeIdle();
        resolve();
      });
    });

  return {
    async take(origin) {
      const entry = entries.get(origin) ?? { dispatcher: open(origin), underWay: 0 };
      entries.delete(origin);
      entries.set(origin, entry);
      entry.underWay += 1;
      if (isDestroyed) await entry.dispatcher.destroy();
      if (entry.settling !== undefined) await entry.settling;
      const release = () => {
        entry.underWay -= 1;
        entry.settling ??= settle(entry);
      };
      return { dispatcher: entry.dispatcher, release };
    },
    async destroy() {
      isDestroyed = true;
      await Promise.all([...entries.values()].map(({ dispatcher }) => dispatcher.destroy()));
    },
  };
}
