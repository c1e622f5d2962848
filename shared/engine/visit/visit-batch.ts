import type { HostRecord } from '../../coordination/ports.ts';
import { DropError, HaltError, RetryError } from '../../errors.ts';
import type { Batch, PageRequest, SessionChange } from '../../model.ts';
import type { HostRules, ItemKey } from '../../sources/kind.ts';
import { kindOf } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import { canonicalKey, digestOf } from '../ids.ts';
import { limitsFor, maxTurnWaitOf } from '../limits-for.ts';
import { areAllKnown, lookForKnown } from '../outcome/given-items.ts';
import type { RunContext } from '../run-context.ts';
import type { BatchSessions } from '../sessions/batch-sessions.ts';
import { visitsWithoutSession } from '../sessions/visit-in-session.ts';
import { type FailureStreak, givenUpError, watchFailures } from '../turns/breaker.ts';
import type { Holdings } from '../turns/holdings.ts';
import { batchSizeFor, type Later, reserveTurns, slackFor } from '../turns/pace.ts';
import { openGate, openRobotsGate } from '../turns/robots-gate.ts';
import type { RobotsGate } from '../turns/robots-permission.ts';
import { busyShareSince, learnGap } from '../turns/slow-down.ts';
import type { Visit } from './make-visit.ts';
import { failVisit, visit } from './visit.ts';
import { visitInTurn } from './visit-in-turn.ts';

/** All visits of a batch, or when its turn comes. */
export type BatchVisits =
  | {
      state: 'visited';
      visits: Visit[];
      unvisited: PageRequest[];
      ownBatchSize: number;
      /** The unvisited requests are to be worked on one by one: one of them kills its process. */
      isSplit?: true;
      /** What its answers changed in sessions. */
      sessions?: SessionChange[];
    }
  | Later;

/**
 * Paces, fetches and extracts one batch. Requests that are not started when time, turns or the
 * wait limit of the host's turn run out are returned as `unvisited`.
 */
export async function visitBatch(
  whole: Engine,
  context: RunContext,
  batch: Batch,
  holdings: Holdings,
): Promise<BatchVisits> {
  if (batch.host === '') return visitHostless(whole, context, batch);
  const expectNoMore = context.fetcher.expect?.(batch.host);
  try {
    const engine: Engine = { ...whole, limits: limitsFor(whole, context.job) };
    return await visitOnHost(engine, context, batch, holdings);
  } finally {
    expectNoMore?.();
  }
}

async function visitOnHost(
  engine: Engine,
  context: RunContext,
  batch: Batch,
  holdings: Holdings,
): Promise<BatchVisits> {
  const { requests, host } = batch;
  const hostRecord = await engine.ledger.readHost(host);
  const streak = watchFailures(context.failures, host, context.job, hostRecord.breaker);
  const down = givenUpError(host, hostRecord.breaker, engine.now());
  if (down !== undefined) return failAll(engine, context, batch, down);
  const waitUntil = context.proxies?.waitUntil() ?? 0;
  if (waitUntil > 0) return { state: 'later', notBefore: waitUntil, isWaiting: true };
  let gate: RobotsGate | { busyUntil: number };
  try {
    gate = await gateOf(engine, context, batch, hostRecord);
  } catch (error) {
    if (!(error instanceof RetryError || error instanceof DropError)) throw error;
    const failed = await failAll(engine, context, batch, error, streak);
    await keepBreaker(engine, host, streak);
    return failed;
  }
  if ('busyUntil' in gate) return { state: 'later', notBefore: gate.busyUntil, isWaiting: true };

  const sessions = await sessionsOf(engine, context, batch);
  if (sessions !== undefined && 'state' in sessions) return sessions;

  const { politeness } = context.job;
  const learned = politeness.slowDown ? (hostRecord.learnedGapMs ?? 0) : 0;
  const gapMs = Math.max(gapOfJobMs(context, hostRulesOf(context, batch)), gate.crawlDelayMs, learned);
  // Turns that were reserved before the host asked for a pause lie within the pause: they are not used.
  const isBeforePause = (batch.slot?.firstAt ?? 0) < (hostRecord.delayedUntil ?? 0);
  const reserved = isBeforePause ? undefined : batch.slot;
  const line = { run: context.id, ...(batch.place === undefined ? {} : { place: batch.place }) };
  const maxTurnWaitMs = maxTurnWaitOf(engine, context.job);
  const pace = await reserveTurns(engine, {
    host,
    count: requests.length,
    gapMs,
    reserved,
    line,
    holdings,
    maxTurnWaitMs,
  });
  if (pace.state === 'later') return pace;

  const start = performance.eventLoopUtilization();
  const mayYield = firstOfPair(engine, context);
  const areKnown = (keys: ItemKey[]) => areAllKnown(engine, context, keys);
  const result = await visitInTurn(
    engine,
    {
      ...{ run: context, batch: batch.id, gate, now: engine.now, mayYield, areKnown },
      ...(sessions === undefined ? {} : { sessions }),
    },
    batch,
    pace.turns,
    holdings,
    streak,
  );
  // Whoever has it, or had it done, says what comes of it: an outcome of what is left undone here would only be in its way.
  if (holdings.lostUntil !== undefined) {
    return { state: 'later', notBefore: holdings.lostUntil, isWaiting: true };
  }
  await keepBreaker(engine, host, streak);
  if (politeness.slowDown) {
    await learnGap(engine.ledger, host, hostRecord, context.job, result.visits, busyShareSince(start));
  }
  const changes = sessions?.changes() ?? [];
  return {
    state: 'visited',
    ...result,
    ownBatchSize: batchSizeFor(gapMs, engine.limits),
    ...(changes.length === 0 ? {} : { sessions: changes }),
  };
}

/** The batch's sessions, open; or what becomes of the batch without them. */
async function sessionsOf(
  engine: Engine,
  context: RunContext,
  batch: Batch,
): Promise<BatchSessions | BatchVisits | undefined> {
  const { sessions } = context;
  if (sessions === undefined) return undefined;
  const { openBatchSessions } = await import('../sessions/batch-sessions.ts');
  try {
    const opened = await openBatchSessions(engine, { ...context, sessions }, batch);
    return 'busyUntil' in opened ? { state: 'later', notBefore: opened.busyUntil, isWaiting: true } : opened;
  } catch (error) {
    if (error instanceof HaltError) {
      const visits = visitsWithoutSession(batch.requests, error, engine.now());
      return { state: 'visited', visits, unvisited: [], ownBatchSize: engine.limits.batchSize };
    }
    if (!(error instanceof RetryError || error instanceof DropError)) throw error;
    return failAll(engine, context, batch, error);
  }
}

/** No request of the batch was sent; after too many failures in a row, those behind keep their attempts. */
async function failAll(
  engine: Engine,
  context: RunContext,
  { id, host, requests }: Batch,
  error: RetryError | DropError,
  streak?: FailureStreak,
): Promise<Extract<BatchVisits, { state: 'visited' }>> {
  const failing = { run: context, batch: id, gate: openGate, now: engine.now };
  const visits: Visit[] = [];
  let pauseUntil: number | undefined;
  for (const request of requests) {
    if (pauseUntil !== undefined) break;
    const failed = failVisit(failing, request, error);
    visits.push(failed);
    pauseUntil = streak?.add(failed, engine.now());
  }
  if (pauseUntil !== undefined) await engine.ledger.delayHost(host, pauseUntil);
  const later = pauseUntil === undefined ? {} : { notBefore: Math.ceil(pauseUntil) };
  const unvisited = requests.slice(visits.length).map((request) => ({ ...request, ...later }));
  return { state: 'visited', visits, unvisited, ownBatchSize: engine.limits.batchSize };
}

async function keepBreaker({ ledger, now }: Engine, host: string, streak: FailureStreak): Promise<void> {
  const breaker = streak.change(now());
  if (breaker !== undefined) await ledger.updateHost(host, { breaker });
}

async function gateOf(
  engine: Engine,
  context: RunContext,
  batch: Batch,
  hostRecord: HostRecord,
): Promise<RobotsGate | { busyUntil: number }> {
  if (hostRulesOf(context, batch).robots !== 'obey') return openGate;
  const [first] = batch.requests;
  const session = first === undefined ? undefined : context.sessions?.of(first)?.name;
  const wanted = { origin: originOf(batch.requests), ...(session === undefined ? {} : { session }) };
  return openRobotsGate(engine, context, wanted, hostRecord);
}

/**
 * The politeness towards the batch's host: the strictest mode of robots.txt and the fewest requests per minute of all
 * of its requests.
 */
function hostRulesOf({ env }: RunContext, { requests }: Batch): HostRules {
  const all = requests.map((request) => kindOf(request).hostRules(request, env));
  const robots = (['api', 'ignore'] as const).find((mode) =>
    all.every((hostRules) => hostRules.robots === mode),
  );
  const limits = all.map(({ perMinute }) => perMinute ?? Number.POSITIVE_INFINITY);
  const perMinute = Math.min(...limits);
  return { robots: robots ?? 'obey', ...(robots === 'api' ? { perMinute } : {}) };
}

const minuteMs = 60_000;

/** The job's own gap; between requests to an API, the gap that its requests per minute allow. */
function gapOfJobMs({ job }: RunContext, { perMinute }: HostRules): number {
  if (perMinute === undefined) return job.politeness.gapMs;
  // The turns' tolerance for lateness is added.
  const spacingMs = Math.ceil(minuteMs / perMinute);
  return Math.max(1, spacingMs - slackFor(spacingMs));
}

/**
 * The page that claims a pair first yields, and that for ever: the rule of admission, with pages instead of
 * batches.
 */
function firstOfPair(
  engine: Engine,
  { id, normalise }: RunContext,
): (page: string, canonical: string) => Promise<boolean> {
  return async (page, canonical) => {
    const claimant = digestOf(normalise(page));
    const key = canonicalKey(normalise(page), normalise(canonical));
    const [owner] = await engine.ledger.admit(id, claimant, [{ key }]);
    return owner === claimant;
  };
}

/** Seeds and files touch no host, so they need no robots.txt and no clock. */
async function visitHostless(
  engine: Engine,
  context: RunContext,
  { id, requests }: Batch,
): Promise<BatchVisits> {
  const visits: Visit[] = [];
  const isKnown = await lookForKnown(engine, context, requests);
  for (const request of requests) {
    const hostless = { run: context, batch: id, gate: openGate, now: engine.now, isKnown };
    const result = await visit(hostless, request);
    if (result !== 'late') visits.push(result);
  }
  return { state: 'visited', visits, unvisited: [], ownBatchSize: engine.limits.batchSize };
}

function originOf(requests: PageRequest[]): string {
  return new URL(requests[0]?.url ?? '').origin;
}
