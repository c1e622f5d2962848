import { setTimeout as sleep } from 'node:timers/promises';
import type { HostRecord } from '../coordination/ports.ts';
import { RetryError } from '../errors.ts';
import { crawlDelayMs, fetchRobots, isAllowed, parseRobots } from '../fetch/robots.ts';
import type { RobotsRecord } from '../fetch/types.ts';
import { hostOf } from '../fetch/url.ts';
import type { Engine } from './engine.ts';
import { slackFor } from './pace.ts';
import type { RunContext } from './run-context.ts';

/** What robots.txt says for one host and the job's user agent. */
export interface RobotsGate {
  /** Is this URL of the gate's own host disallowed? Of other hosts nothing is known: false. */
  forbids(url: string): boolean;
  crawlDelayMs: number;
}

/** RFC 9309 §2.4: not longer than a day. An unreachable one is asked for again sooner. */
const freshForMs = { found: 86_400_000, absent: 86_400_000, unreachable: 60_000 };

/** The fetch of one robots.txt, its redirects included, ends well within it. */
const lockLeaseMs = 90_000;

export const openGate: RobotsGate = { forbids: () => false, crawlDelayMs: 0 };

/**
 * The robots.txt of a host, fetched once for all processes and kept in the ledger; `busyUntil` when
 * the host's clock has no turn for it soon. Throws `RetryError` ROBOTS_UNREACHABLE while it answers
 * with 5xx or not at all, which means that all is disallowed (RFC 9309 §2.3.1.4).
 */
export async function openRobotsGate(
  engine: Engine,
  context: RunContext,
  origin: string,
  known: HostRecord,
): Promise<RobotsGate | { busyUntil: number }> {
  if (context.job.politeness.robots === 'ignore') return openGate;
  const record = await obtain(engine, context, origin, known);
  if ('busyUntil' in record) return record;
  if (record.state === 'unreachable') {
    throw new RetryError('ROBOTS_UNREACHABLE', `robots.txt of ${origin} is unreachable`, {
      retryAt: record.fetchedAt + freshForMs.unreachable,
    });
  }
  return record.state === 'absent' ? openGate : compiled(context, hostOf(origin), record);
}

function compiled(context: RunContext, host: string, record: RobotsRecord): RobotsGate {
  const kept = context.gates.get(host);
  if (kept !== undefined && kept.fetchedAt === record.fetchedAt) return kept.gate;
  const robots = parseRobots(record.body);
  const { userAgent } = context.job.politeness;
  const gate: RobotsGate = {
    forbids: (url) => hostOf(url) === host && !isAllowed(robots, userAgent, url),
    crawlDelayMs: crawlDelayMs(robots, userAgent) ?? 0,
  };
  context.gates.set(host, { fetchedAt: record.fetchedAt, gate });
  return gate;
}

async function obtain(
  engine: Engine,
  context: RunContext,
  origin: string,
  known: HostRecord,
): Promise<RobotsRecord | { busyUntil: number }> {
  const { ledger, owner } = engine;
  const host = hostOf(origin);
  for (let record = known.robots; ; record = (await ledger.readHost(host)).robots) {
    if (record !== undefined && isFresh(record, engine.now())) return record;
    const lock = await ledger.acquireLock(`robots#${host}`, owner, lockLeaseMs);
    if (lock.state === 'held') {
      await sleep(50);
      continue;
    }
    try {
      const again = (await ledger.readHost(host)).robots;
      if (again !== undefined && isFresh(again, engine.now())) return again;
      return await fetchInTurn(engine, context, origin);
    } finally {
      await ledger.releaseLock(`robots#${host}`, owner, lock.fence);
    }
  }
}

/** robots.txt takes a turn on the host's clock like any other request. */
async function fetchInTurn(
  engine: Engine,
  context: RunContext,
  origin: string,
): Promise<RobotsRecord | { busyUntil: number }> {
  const { ledger, limits } = engine;
  const { gapMs } = context.job.politeness;
  const host = hostOf(origin);
  const slackMs = slackFor(gapMs);
  const turn = await ledger.reserveSlots({ host, count: 1, gapMs, slackMs, horizonMs: limits.maxWaitMs });
  if (turn.state === 'busy') return { busyUntil: turn.until };
  await sleep(Math.max(0, turn.slots.firstAt - engine.now()));
  const record = await fetchRobots(context.fetcher, origin, engine.now());
  await ledger.updateHost(host, { robots: record });
  return record;
}

function isFresh(record: RobotsRecord, now: number): boolean {
  return now - record.fetchedAt < freshForMs[record.state];
}
