import type { LockAnswer, LockRequest } from './ports.ts';

/** What a store keeps of one lock. Times are epoch ms by the clock of the process that wrote them. */
export interface LockRecord {
  /** The fence of the last grant; it only grows. */
  fence: number;
  holders: LockEntry[];
  /** Who waits, first come first; an entry expires unless its owner asks again. */
  line: LockEntry[];
  /** Tokens whose lease had expired when another was granted, the latest last: their late release returns false. */
  evicted: string[];
}

export interface LockEntry {
  token: string;
  until: number;
}

/** Clocks of two machines may be 5 s off, one ahead and one behind. */
export const lockSkewMs = 10_000;

/** More waiters than this poll until the line has room, since the record of a lock has to stay small. */
export const maxLineLength = 16;

/** A holder that was evicted longer ago than this many takeovers gets `true` for its late release. */
const maxEvicted = 16;

/**
 * The answer of a store that reads and writes the record as one, and the record to write (`undefined`: unchanged).
 * A free permit belongs to the first in line, so that nobody is overtaken.
 */
export function grantLock(
  record: LockRecord | undefined,
  request: LockRequest,
  now: number,
): { answer: LockAnswer; kept?: LockRecord } {
  const { token, permits = 1, leaseMs } = request;
  const fence = record?.fence ?? 0;
  const line = record?.line.filter(({ until }) => until > now) ?? [];
  const rivals = record?.holders.filter((holder) => holder.token !== token) ?? [];
  const others = rivals.filter((holder) => !isOver(holder, now));
  const isHolder = record?.holders.some((holder) => holder.token === token) === true;
  const place = line.findIndex((waiter) => waiter.token === token);
  const before = place < 0 ? line : line.slice(0, place);

  if (isHolder || others.length + before.length < permits) {
    const until = now + leaseMs;
    const holders = [...others, { token, until }];
    const left = line.filter((waiter) => waiter.token !== token);
    const expired = rivals.filter((holder) => isOver(holder, now)).map((holder) => holder.token);
    const evicted = [...(record?.evicted ?? []), ...expired].slice(-maxEvicted);
    return {
      answer: { state: 'mine', fence: fence + 1, until },
      kept: { fence: fence + 1, holders, line: left, evicted },
    };
  }
  const waiting = joinLine(line, place, request, now);
  const holders = record?.holders ?? [];
  const by = others.length < permits ? before[0] : firstToEnd(others);
  return {
    answer: {
      state: 'held',
      by: by?.token ?? '',
      until: by?.until ?? now,
      ...placeIn(waiting ?? line, token),
    },
    ...(waiting === undefined
      ? {}
      : { kept: { fence, holders, line: waiting, evicted: record?.evicted ?? [] } }),
  };
}

/** The record without the token; `undefined` if the token is not in it. */
export function withoutToken(record: LockRecord | undefined, token: string): LockRecord | undefined {
  const isOther = (other: LockEntry) => other.token !== token;
  if (record === undefined || [...record.holders, ...record.line].every(isOther)) return undefined;
  return { ...record, holders: record.holders.filter(isOther), line: record.line.filter(isOther) };
}

/** Whether a holder's lease has expired by the clock of any machine. */
function isOver({ until }: LockEntry, now: number): boolean {
  return until + lockSkewMs <= now;
}

/** The line with the asker in it; `undefined` if it need not change. A place is renewed after half of its time. */
function joinLine(
  line: LockEntry[],
  place: number,
  { token, lineMs = 0 }: LockRequest,
  now: number,
): LockEntry[] | undefined {
  if (lineMs === 0) return undefined;
  const mine = { token, until: now + lineMs };
  const placed = line[place];
  if (placed === undefined) return line.length < maxLineLength ? [...line, mine] : undefined;
  return placed.until > now + lineMs / 2 ? undefined : line.with(place, mine);
}

function placeIn(line: LockEntry[], token: string): { place?: number } {
  const place = line.findIndex((waiter) => waiter.token === token);
  return place < 0 ? {} : { place };
}

function firstToEnd(tokens: LockEntry[]): LockEntry | undefined {
  return tokens.toSorted((a, b) => a.until - b.until)[0];
}
