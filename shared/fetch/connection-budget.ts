import { readFileSync } from 'node:fs';

/** Counts the open connections of all fetchers that share it, and closes idle ones for new ones. */
export interface ConnectionBudget {
  /** To be called before a connection is opened. */
  makeRoom(): void;
  opened(connection: object): void;
  /** `close` may be called until the connection is busy or closed. */
  becameIdle(connection: object, close: () => void): void;
  becameBusy(connection: object): void;
  closed(connection: object): void;
}

/** Where the system does not say: what macOS and Lambda allow at least. */
const otherwise = 1_024;
/** An idle connection takes 120 to 180 KB, beside its file. */
const maxByMemory = 1_500;
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
 * One for a process. Beyond `maxOpen` the connection that has been idle for longest is closed; those in use are bounded
 * by what the engine has under way.
 */
export function makeConnectionBudget(maxOpen = maxOpenConnections()): ConnectionBudget {
  const open = new Set<object>();
  /** In the order in which they became idle. */
  const idle = new Map<object, () => void>();
  return {
    makeRoom() {
      for (const close of idle.values()) {
        if (open.size < maxOpen) return;
        close();
      }
    },
    opened: (connection) => open.add(connection),
    becameIdle: (connection, close) => idle.set(connection, close),
    becameBusy: (connection) => idle.delete(connection),
    closed(connection) {
      idle.delete(connection);
      open.delete(connection);
    },
  };
}
