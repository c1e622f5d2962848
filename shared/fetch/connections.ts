import type { Dispatcher } from 'undici';

/** Connections by origin, kept for the next request to it. */
export interface Connections {
  /** Resolves when a connection that has just become free can be used again, rather than another be opened. */
  take(origin: string): Promise<LeasedConnection>;
  /** What is under way fails, and so does what comes later. */
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
  /** undici knows a connection to be free only in the turn of the event loop after its answer's end. */
  settling?: Promise<void>;
}

/** Keeps the connections of the origins used last; beyond `maxOrigins`, only those of origins in use. */
export function makeConnections(open: (origin: string) => Dispatcher): Connections {
  /** In the order of their last use. */
  const entries = new Map<string, Entry>();
  let isDestroyed = false;

  const closeIdle = (): void => {
    for (const [origin, { dispatcher, underWay }] of entries) {
      if (entries.size <= maxOrigins) return;
      if (underWay > 0) continue;
      entries.delete(origin);
      // Nothing is under way that its failure could harm.
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
