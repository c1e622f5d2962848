import { readFileSync } from 'node:fs';

/** Counts the open connections of all fetchers that share it, and closes idle ones for new ones. */
export interface ConnectionBudget {
  /** To be called before a connection is opened. */
  makeRoom(): void;
  opened(connection: object): void;
  /**
   * `close` may be called until the connection is busy or closed. `isExpected`: a request for its host is expected by
   * this process. To be called again when that changes.
   */
  becameIdle(connection: object, close: () => void, isExpected: boolean): void;
  becameBusy(connection: object): void;
  closed(connection: object): void;
}

/** Where the system does not say: what macOS and Lambda allow at least. */
const otherwise = 1_024;
/** An idle connection takes 120 to 180 KB, beside its file. */
const maxByMemory = 1_500;
/** Of hosts for which this process has no batch. One may come: those of a crawl are made while it goes on. */
const maxUnexpected = 128;
/** The rest is for stores, pages and connections in use. */
const share = 1 / 2;

/** How many connections a process may keep, by the number of files that it may open. */
export function maxOpenConnections(limits = readLimits()): number {
  const [, found = otherwise] = /^Max open files\s+(\d+|unlimited)/m.exec(limits) ?? [];
  return found === 'unlimited' ? maxByMemory : Math.min(maxByMemory, Math.floor(Number(found) * share));
}

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}

/**
 * One for a process. Beyond `maxOpen`, and beyond `maxIdle` of hosts from which nothing is expected, the connection that has
 * been idle for longest is closed; those in use are bounded by what the engine has under way.
 */
export function makeConnectionBudget(
  maxOpen = maxOpenConnections(),
  maxIdle = maxUnexpected,
): ConnectionBudget {
  const open = new Set<object>();
  /** Both in the order in which they became idle. */
  const [unexpected, expected] = [new Map<object, () => void>(), new Map<object, () => void>()];
  const becameBusy = (connection: object): void => {
    unexpected.delete(connection);
    expected.delete(connection);
  };
  return {
    makeRoom() {
      for (const idle of [unexpected, expected]) {
        for (const close of idle.values()) {
          if (open.size < maxOpen) return;
          close();
        }
      }
    },
    opened: (connection) => open.add(connection),
    becameIdle(connection, close, isExpected) {
      becameBusy(connection);
      (isExpected ? expected : unexpected).set(connection, close);
      if (unexpected.size <= maxIdle) return;
      const [closeOldest] = unexpected.values();
      closeOldest?.();
    },
    becameBusy,
    closed(connection) {
      becameBusy(connection);
      open.delete(connection);
    },
  };
}
