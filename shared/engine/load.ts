import { performance } from 'node:perf_hooks';
import { type Limiter, makeLimiter } from '../fetch/limiter.ts';

/** What a process has in hand, by which it is judged how many more batches it takes. */
export interface Load {
  /** Batches that are worked on: all under way but those that are parked. */
  active: number;
  /** Batches that wait for what others of this process have under way: they could as well be another process's. */
  crowded: number;
  /** What batches under way keep of the pages they have visited: bytes, roughly. */
  heldBytes: number;
  /** Bounds the requests that all hosts together have under way, for each holds a connection, and that a file. */
  requests: Limiter;
  /** A signal of its own for each batch: every listener that is added to one signal looks at all that it has already. */
  stops: Set<AbortController>;
}

/** Many times what a process computes while answers are on their way, and half of the 1,024 files of a frugal system. */
const maxRequests = 512;

/** `stopping`: stops all batches. */
export function makeLoad(stopping: AbortSignal): Load {
  const stops = new Set<AbortController>();
  stopping.addEventListener('abort', () => stops.forEach((stop) => void stop.abort()), { once: true });
  return { active: 0, crowded: 0, heldBytes: 0, requests: makeLimiter(maxRequests), stops };
}

/** So many batches are under way however busy the process is: while one waits for the store, another is there. */
const alwaysTaken = 8;

/** Should the process die, all of them are suspected of it, and each is worked on alone. */
const maxActive = 128;

/** Of a host that is slow to answer, or of a run that may have only so much more, further ones would stand about here. */
const maxCrowded = 8;

/** Beyond it a batch that has visited something hands on the rest. */
const maxHeldBytes = 64_000_000;

/** Batches taken together have their turns together ever after, and each is to be met within its slack. */
const handful = 16;

/** Between two handfuls: what the one before costs is seen by then. */
export const handfulMs = 20;

/** A process that computes for more than this share of its time is busy: the rest is kept for turns that come due. */
const maxBusyShare = 0.9;

export function isFull({ heldBytes }: Load): boolean {
  return heldBytes > maxHeldBytes;
}

/** Runs what waits, if it does wait, for what other batches have under way. */
export async function crowding<T>(load: Load | undefined, wait: () => Promise<T>): Promise<T> {
  if (load === undefined) return wait();
  load.crowded += 1;
  try {
    return await wait();
  } finally {
    load.crowded -= 1;
  }
}

/** Lets a request in by its host's limiter, and then by the process's. */
export function permitsOf(
  { load, requests = load?.requests }: { load?: Load; requests?: Limiter },
  ofHost: Limiter,
): Pick<Limiter, 'acquire' | 'release'> {
  if (requests === undefined) return ofHost;
  return {
    acquire() {
      // The first that waits is its batch's next: it is there when the host is.
      const isBehindOthers = ofHost.waiting > 0;
      const waiting = ofHost.acquire();
      if (waiting === undefined) return requests.acquire();
      return (isBehindOthers ? crowding(load, () => waiting) : waiting).then(requests.acquire);
    },
    release() {
      requests.release();
      ofHost.release();
    },
  };
}

export interface RoomTerms {
  /** Batches under way, at most. */
  most: number;
  /** Epoch ms. */
  now(): number;
  /** Of the time since it was called last, the share in which the process computed. */
  busyShare(): number;
}

/**
 * Makes what says how many batches a process takes now, of which it has `underWay`. It takes more for as long as it has
 * time for them. What waits for its turn costs none, and does not count; a busy process leaves the rest to others.
 */
export function makeRoom(load: Load, { most, now, busyShare }: RoomTerms): (underWay: number) => number {
  let lookedAt = Number.NEGATIVE_INFINITY;
  return (underWay) => {
    const left = most - underWay;
    if (underWay < alwaysTaken) return Math.min(left, alwaysTaken - underWay);
    if (now() - lookedAt < handfulMs) return 0;
    lookedAt = now();
    const isBusy = busyShare() > maxBusyShare;
    const isCrowded = load.crowded >= maxCrowded || load.requests.waiting > 0;
    if (isBusy || isCrowded || isFull(load)) return 0;
    return Math.max(0, Math.min(left, handful, maxActive - load.active));
  };
}

/** By the time that Node's event loop has nothing to do. */
export function measureBusyShare(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
