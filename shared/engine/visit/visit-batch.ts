import type { HostRecord } from '../../coordination/ports.ts';
import { DropError, RetryError } from '../../errors.ts';
import type { Batch } from '../../model.ts';
import type { ItemKey } from '../../sources/kind.ts';
import type { Engine } from '../engine.ts';
import { openBatchKeep } from '../keep/batch-keep.ts';
import { limitsFor, maxTurnWaitOf, mustEndOf } from '../limits-for.ts';
import type { Visit } from '../make-visit.ts';
import { lookForKnown, whichAreKnown } from '../outcome/given-items.ts';
import { rendersOf } from '../render/paced-resources.ts';
import type { RunContext } from '../run-context.ts';
import { givenUpError, keepBreaker, keepBreakerClosed, watchFailures } from '../turns/breaker.ts';
import type { Holdings } from '../turns/holdings.ts';
import { gapOfJobMs, hostRulesOf } from '../turns/host-rules.ts';
import { openRobotsGate, robotsOf } from '../turns/open-robots-gate.ts';
import { batchSizeFor, type Later, lineOf, reserveTurns, type Turns } from '../turns/pace.ts';
import { openGate, type RobotsGate } from '../turns/robots-gate.ts';
import { busyShareSince, learnGap } from '../turns/slow-down.ts';
import { waitForProxies, waitForTrial } from '../turns/trial.ts';
import { reserveWhenNeeded } from '../turns/turns-when-needed.ts';
import { type BatchVisits, failAll, historyOf, historyOfDue, sessionsOf } from './batch-visits.ts';
import { viewOfHost } from './host-view.ts';
import { firstOfPair } from './redirects.ts';
import { visit } from './visit.ts';
import { countToSend } from './visit-context.ts';
import { visitInTurn } from './visit-in-turn.ts';
import { visitOnGroup } from './visit-on-group.ts';

/** Turns that were taken before it was known what for, and the host as it was found then. */
export interface TakenTurns {
  turns: Turns;
  record: HostRecord;
  gate: RobotsGate;
}

/**
 * Paces, fetches and extracts one batch. Requests that are not started when time, turns or the
 * wait limit of the host's turn run out are returned as `unvisited`. `taken`: turns that were taken for it already.
 */
export async function visitBatch(
  whole: Engine,
  context: RunContext,
  batch: Batch,
  holdings: Holdings,
  taken?: TakenTurns,
): Promise<BatchVisits> {
  if (batch.host === '') return visitHostless(whole, context, batch);
  const engine: Engine = { ...whole, limits: limitsFor(whole, context.job) };
  const { paceGroups } = context;
  if (paceGroups !== undefined) return visitOnGroup(engine, context, paceGroups, batch, holdings);
  const expectNoMore = context.fetcher.expect?.(batch.host);
  try {
    return await visitOnHost(engine, context, batch, holdings, taken);
  } finally {
    expectNoMore?.();
  }
}

async function visitOnHost(
  engine: Engine,
  context: RunContext,
  batch: Batch,
  holdings: Holdings,
  taken: TakenTurns | undefined,
): Promise<BatchVisits> {
  const { requests, host } = batch;
  const hostRecord = taken?.record ?? (await recordOnTrial(engine, context, batch));
  if ('state' in hostRecord) return hostRecord;
  const { breaker } = hostRecord;
  const keepClosed = () => keepBreakerClosed(engine, host);
  const streak = watchFailures(context.failures, host, context.job, breaker, keepClosed);
  const down = givenUpError(host, breaker, engine.now());
  if (down !== undefined) return failAll(engine, context, batch, down);
  const untilProxies = taken === undefined ? await waitForProxies(engine, context, batch) : undefined;
  if (untilProxies !== undefined) return { state: 'later', notBefore: untilProxies, isWaiting: true };
  let gate: RobotsGate | { busyUntil: number };
  try {
    gate = taken?.gate ?? (await gateOf(engine, context, batch, hostRecord));
  } catch (error) {
    if (!(error instanceof RetryError || error instanceof DropError)) throw error;
    const failed = await failAll(engine, context, batch, error, streak);
    await keepBreaker(engine, host, streak);
    return failed;
  }
  if ('busyUntil' in gate) return { state: 'later', notBefore: gate.busyUntil, isWaiting: true };

  const sessions = await sessionsOf(engine, context, batch);
  if (sessions !== undefined && 'state' in sessions) return sessions;

  const gapMs = gapOnHostMs(context, batch, hostRecord, gate);
  const terms = { record: hostRecord, gapMs, holdings };
  const distrusted = () => hostRecord.distrustedBy === context.id;
  const ofDue = await historyOfDue(engine, context, requests, distrusted);
  const wanted = countToSend(context, requests, sessions, ofDue);
  const pace =
    taken === undefined
      ? await reserveWhenNeeded(wanted, (count) => reserveOnHost(engine, context, batch, { ...terms, count }))
      : { state: 'now' as const, turns: taken.turns };
  if (pace.state === 'later') return pace;

  const start = performance.eventLoopUtilization();
  const mayYield = firstOfPair(engine, context);
  const areKnown = (keys: ItemKey[]) => whichAreKnown(engine, context, keys);
  const history = ofDue ?? (await historyOf(engine, context, requests, distrusted));
  await using keep = openBatchKeep(context, batch.id, history);
  const visiting = {
    ...{ run: context, batch: batch.id, gate, now: engine.now, mayYield, areKnown },
    mustEnd: mustEndOf(engine),
    ...(sessions === undefined ? {} : { sessions }),
    ...(history === undefined ? {} : { history }),
    ...(keep === undefined ? {} : { keep }),
    ...rendersOf(engine, context, sessions),
  };
  const view = viewOfHost(host, visiting, streak);
  const result = await visitInTurn(engine, context, batch, pace.turns, holdings, view);
  // Whoever has it, or had it done, says what comes of it: an outcome of what is left undone here would only be in its way.
  if (holdings.lostUntil !== undefined) {
    return { state: 'later', notBefore: holdings.lostUntil, isWaiting: true };
  }
  await keepBreaker(engine, host, streak);
  if (context.job.politeness.slowDown) {
    await learnGap(engine.ledger, host, hostRecord, context.job, result.visits, busyShareSince(start));
  }
  const changes = sessions?.changes() ?? [];
  const kept = await keep?.finish();
  return {
    state: 'visited',
    ...result,
    ownBatchSize: batchSizeFor(gapMs, engine.limits),
    ...(kept === undefined ? {} : { kept }),
    ...(changes.length === 0 ? {} : { sessions: changes }),
  };
}

/** Takes `count` turns of the host, `gapMs` apart, for the batch. */
export function reserveOnHost(
  engine: Engine,
  context: RunContext,
  { host, slot, ...standing }: Pick<Batch, 'host' | 'slot' | 'place' | 'isNext'>,
  of: { record: HostRecord; gapMs: number; count: number; holdings: Holdings },
): ReturnType<typeof reserveTurns> {
  const { record, ...wanted } = of;
  // Turns that were reserved before the host asked for a pause lie within the pause: they are not used.
  const isBeforePause = (slot?.firstAt ?? 0) < (record.delayedUntil ?? 0);
  return reserveTurns(engine, {
    ...wanted,
    host,
    reserved: isBeforePause ? undefined : slot,
    line: lineOf(context.id, standing),
    maxTurnWaitMs: maxTurnWaitOf(engine, context.job),
  });
}

/** Milliseconds between two requests to the host of the batch, as its requests ask it. */
export function gapOnHostMs(
  context: RunContext,
  batch: Pick<Batch, 'requests'>,
  { learnedGapMs = 0 }: HostRecord,
  { crawlDelayMs }: RobotsGate,
): number {
  const learned = context.job.politeness.slowDown ? learnedGapMs : 0;
  return Math.max(gapOfJobMs(context, hostRulesOf(context, batch)), crawlDelayMs, learned);
}

/** What the ledger knows of the host, once the batch may ask it: where its breaker is open, that may be another's to try. */
export async function recordOnTrial(
  engine: Engine,
  { job }: RunContext,
  batch: Batch,
): Promise<HostRecord | Later> {
  let record = await engine.ledger.readHost(batch.host);
  if (givenUpError(batch.host, record.breaker, engine.now()) !== undefined) return record;
  const notBefore = await waitForTrial(engine, job, batch, {
    name: batch.host,
    breaker: record.breaker,
    readBreaker: async () => {
      record = await engine.ledger.readHost(batch.host);
      return record.breaker;
    },
    waitMs: Math.min(engine.limits.maxWaitMs, maxTurnWaitOf(engine, job)),
  });
  return notBefore === undefined ? record : { state: 'later', notBefore, isWaiting: true };
}

export async function gateOf(
  engine: Engine,
  context: RunContext,
  batch: Batch,
  hostRecord: HostRecord,
): Promise<RobotsGate | { busyUntil: number }> {
  if (hostRulesOf(context, batch).robots !== 'obey') return openGate;
  return openRobotsGate(engine, context, robotsOf(context, batch), hostRecord);
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
    if (result !== 'late') visits.push(result, ...(result.pages ?? []));
  }
  return { state: 'visited', visits, unvisited: [], ownBatchSize: engine.limits.batchSize };
}
