import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepLease, type Lease, machineClock } from '../../coordination/lease.ts';
import type { HostRecord, LockRequest } from '../../coordination/ports.ts';
import { fetchRobots, unreachableUntil } from '../../fetch/robots/robots.ts';
import type { FetchCall, Fetcher } from '../../fetch/types.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Batch, PageRequest, RobotsRecord } from '../../model.ts';
import { clockSkewMs, type Engine, lockLeaseMsOf } from '../engine.ts';
import { maxTurnWaitOf } from '../limits-for.ts';
import { releaseEvenIfLost } from '../release-lock.ts';
import type { RunContext } from '../run-context.ts';
import { takePacedTurn } from './group-turns.ts';
import type { OwnTurn } from './pace.ts';
import { compileGate, gateOf, type RobotsGate } from './robots-gate.ts';

/** RFC 9309 §2.4: not longer than a day. An unreachable robots.txt is fetched again sooner. */
const freshForMs = 86_400_000;

/**
 * The longest wait between two hops, where the process lives long enough; `checkFit` refuses jobs with a longer
 * gap.
 */
const maxHopMs = 40_000;

/** A batch whose robots.txt another process is fetching comes back after this time. */
const lockedDelayMs = 1_000;

/** Compiled files in memory: each may be large, and a run may touch many hosts. */
const maxGates = 500;

/** Whose robots.txt, and the session whose proxy it is fetched through. */
export interface RobotsWanted extends Pick<FetchCall, 'session'> {
  origin: string;
  /** Takes the turn of the first request; those of redirects are taken one by one. @default it is, too */
  takeTurn?: (url: string) => Promise<OwnTurn | { busyUntil: number }>;
}

/**
 * The robots.txt of a host, fetched once for all processes and kept in the ledger; `busyUntil` when the host's clock
 * has no turn for it soon. Throws the errors of `gateOf`, and `RetryError` PROXY_… where no proxy led to the host.
 */
export async function openRobotsGate(
  engine: Engine,
  context: RunContext,
  wanted: RobotsWanted,
  known: HostRecord,
): Promise<RobotsGate | { busyUntil: number }> {
  const record = await obtain(engine, context, wanted, known);
  return 'busyUntil' in record ? record : gateInRun(context, wanted.origin, record);
}

/** The gate by the robots.txt that the ledger has, with the errors of `gateOf`; `undefined` where it is to be fetched. */
export function keptRobotsGate(
  { now }: Pick<Engine, 'now'>,
  context: RunContext,
  origin: string,
  { robots }: HostRecord,
): RobotsGate | undefined {
  return robots !== undefined && isFreshRobots(robots, now())
    ? gateInRun(context, origin, robots)
    : undefined;
}

/** A compiled file is kept by host, since each batch of the host needs it. */
function gateInRun({ gates, job }: RunContext, origin: string, record: RobotsRecord): RobotsGate {
  return gateOf(record, origin, job.politeness, (found, host, politeness) => {
    const kept = gates.get(host);
    if (kept !== undefined && kept.fetchedAt === found.fetchedAt) return kept.gate;
    const gate = compileGate(found, host, politeness);
    const [oldest] = gates.keys();
    if (gates.size >= maxGates && oldest !== undefined) gates.delete(oldest);
    gates.set(host, { fetchedAt: found.fetchedAt, gate });
    return gate;
  });
}

async function obtain(
  engine: Engine,
  context: RunContext,
  wanted: RobotsWanted,
  known: HostRecord,
): Promise<RobotsRecord | { busyUntil: number }> {
  const { ledger, owner, limits } = engine;
  const host = hostOf(wanted.origin);
  const waitUntil = engine.now() + limits.maxWaitMs;
  const name = `robots#${host}`;
  const token = `${owner}#${randomUUID()}`;
  const leaseMs = lockLeaseMsOf(engine);
  let isWaiting = false;
  for (let record = known.robots; ; record = (await ledger.readHost(host)).robots) {
    if (record !== undefined && isFreshRobots(record, engine.now())) return record;
    const lock = await lockOf(ledger, { name, token, leaseMs, isForgettable: true, isWaiting });
    if ('until' in lock) {
      // The holder may be dead, and its lease lasts a while: the batch must not wait for it in this process.
      const now = engine.now();
      if (now >= Math.min(waitUntil, lock.until)) return { busyUntil: now + lockedDelayMs };
      await sleep(Math.min(50, limits.maxWaitMs));
      isWaiting = true;
      continue;
    }
    try {
      const again = (await ledger.readHost(host)).robots;
      if (again !== undefined && isFreshRobots(again, engine.now())) return again;
      return await fetchInTurn(engine, context, wanted);
    } finally {
      await releaseEvenIfLost(lock.end);
    }
  }
}

/** The lock, renewed for as long as the fetch and its redirects last; or until when another process has it. */
async function lockOf(ledger: Engine['ledger'], request: LockRequest): Promise<Lease | { until: number }> {
  const { name, token, leaseMs } = request;
  const askedAt = machineClock.monotonicMs();
  try {
    const answer = await ledger.acquireLock(request);
    if (answer.state === 'held') return answer;
    const lease = keepLease({ store: ledger, name, token, leaseMs, askedAt, clock: machineClock });
    if (lease !== undefined) return lease;
    // The store answered later than the lease lasts: no reason to hold it against the pages of the host.
    await ledger.releaseLock(name, token);
    return { until: 0 };
  } catch (error) {
    // The lock may have been granted although the answer was lost; the batch's next attempt has another token.
    await ledger.releaseLock(request.name, request.token).catch(() => undefined);
    throw error;
  }
}

/** robots.txt, and every redirect of it, takes a turn on the host's clock like any other request. */
async function fetchInTurn(
  engine: Engine,
  context: RunContext,
  { origin, takeTurn, ...call }: RobotsWanted,
): Promise<RobotsRecord | { busyUntil: number }> {
  const { fetcher, job } = context;
  const { gapMs } = job.politeness;
  const { maxWaitMs, horizonMs } = engine.limits;
  let hops = 0;
  const inTurn: Fetcher = {
    ...fetcher,
    async fetch(request, own) {
      for (;;) {
        // Further hops are worth a longer wait: if deferred, the batch would begin with the first hop again.
        const waitMs = hops === 0 ? maxWaitMs : horizonMs + Math.min(gapMs, maxHopMs);
        const reachMs = Math.min(waitMs, maxTurnWaitOf(engine, job));
        const turn =
          hops === 0 && takeTurn !== undefined
            ? await takeTurn(request.url)
            : await takePacedTurn(engine, context, { host: hostOf(request.url), gapMs, horizonMs: reachMs });
        if ('busyUntil' in turn) throw new HostBusy(turn.busyUntil);
        const { startBy, sent } = turn;
        const answer = await fetcher.fetchInTurn(request, { ...own, startBy, onSent: sent });
        if (answer === 'late') continue;
        hops += 1;
        return answer;
      }
    },
  };
  let record: RobotsRecord;
  try {
    record = await fetchRobots(inTurn, origin, engine.now(), call);
  } catch (error) {
    if (!(error instanceof HostBusy)) throw error;
    const exceedsWait = error.until - engine.now() > maxTurnWaitOf(engine, job);
    if (hops === 0 || !exceedsWait) return { busyUntil: error.until };
    // A batch that begins with the first hop each time would never get further than here.
    const cause = 'TIMEOUT: its redirects lead to a host that is busy for longer than the batch may wait';
    record = { fetchedAt: engine.now(), state: 'unreachable', body: '', cause };
  }
  // An address is refused by the job's own settings, and another job may have others.
  if (record.cause?.startsWith('ADDRESS_REFUSED') === true) return record;
  await engine.ledger.updateHost(hostOf(origin), { robots: record });
  return record;
}

/** Not an error of the project: it only carries the time out of the fetch of robots.txt. */
class HostBusy extends Error {
  readonly until: number;

  constructor(until: number) {
    super(`busy until ${until}`);
    this.until = until;
  }
}

/** A batch that was deferred until that time may be delivered slightly before it: the same answer would cost it an attempt. */
export function isFreshRobots(record: RobotsRecord, now: number): boolean {
  const until = record.state === 'unreachable' ? unreachableUntil(record) : record.fetchedAt + freshForMs;
  return now < until - clockSkewMs;
}

/** All requests of a host have the same origin, but for hosts that answer over http and https. */
export function originOf(requests: PageRequest[]): string {
  return new URL(requests[0]?.url ?? '').origin;
}

/** Whose robots.txt these requests need, through whose proxy: that of the session in which the first of them is sent. */
export function robotsOf(
  { sessions }: RunContext,
  { id, requests }: Pick<Batch, 'id' | 'requests'>,
): RobotsWanted {
  const [first] = requests;
  const session = first === undefined ? undefined : sessions?.of(first)?.nameFor(first, id);
  return { origin: originOf(requests), ...(session === undefined ? {} : { session }) };
}
