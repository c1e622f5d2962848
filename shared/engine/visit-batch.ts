import { DropError, RetryError } from '../errors.ts';
import type { Batch, PageRequest } from '../model.ts';
import type { Engine } from './engine.ts';
import { canonicalKey, digestOf } from './ids.ts';
import { batchSizeFor, type Later, reserveTurns } from './pace.ts';
import { openGate, openRobotsGate, type RobotsGate } from './robots-gate.ts';
import type { RunContext } from './run-context.ts';
import { busyShareSince, learnGap } from './slow-down.ts';
import { failed, type Visit, visit } from './visit.ts';
import { visitInTurn } from './visit-in-turn.ts';

/** All visits of a batch, or the word that its turn comes later. */
export type BatchVisits =
  | { state: 'visited'; visits: Visit[]; unvisited: PageRequest[]; ownBatchSize: number }
  | Later;

/**
 * Paces, fetches and extracts one batch. Requests that are not started when time, turns or the
 * host's patience run out are returned as `unvisited`.
 */
export async function visitBatch(engine: Engine, context: RunContext, batch: Batch): Promise<BatchVisits> {
  const { requests, host } = batch;
  if (host === '') return visitHostless(engine, context, batch);

  const known = await engine.ledger.readHost(host);
  let gate: RobotsGate | { busyUntil: number };
  try {
    gate = await openRobotsGate(engine, context, originOf(requests), known);
  } catch (error) {
    if (!(error instanceof RetryError || error instanceof DropError)) throw error;
    const visits = requests.map((request) =>
      failed({ run: context, batch: batch.id, gate: openGate, now: engine.now }, request, error),
    );
    return { state: 'visited', visits, unvisited: [], ownBatchSize: engine.limits.batchSize };
  }
  if ('busyUntil' in gate) return { state: 'later', notBefore: gate.busyUntil };

  const { politeness } = context.job;
  const learned = politeness.slowDown ? (known.learnedGapMs ?? 0) : 0;
  const gapMs = Math.max(politeness.gapMs, gate.crawlDelayMs, learned);
  // Turns reserved before the host asked for a pause.
  const isBeforePause = (batch.slot?.firstAt ?? 0) < (known.delayedUntil ?? 0);
  const reserved = isBeforePause ? undefined : batch.slot;
  const line = { run: context.id, ...(batch.place === undefined ? {} : { place: batch.place }) };
  const pace = await reserveTurns(engine, { host, count: requests.length, gapMs, reserved, line });
  if (pace.state === 'later') return pace;

  const start = performance.eventLoopUtilization();
  const mayYield = firstOfPair(engine, context.id);
  const result = await visitInTurn(
    engine,
    { run: context, batch: batch.id, gate, now: engine.now, mayYield },
    batch,
    pace.turns,
  );
  if (politeness.slowDown) {
    await learnGap(engine.ledger, host, known, context.job, result.visits, busyShareSince(start));
  }
  return { state: 'visited', ...result, ownBatchSize: batchSizeFor(gapMs, engine.limits) };
}

/** Whoever claims a pair first yields, for ever after: the rule of admission, with pages in the place of batches. */
function firstOfPair(engine: Engine, run: string): (page: string, canonical: string) => Promise<boolean> {
  return async (page, canonical) => {
    const claimant = digestOf(page);
    const [owner] = await engine.ledger.admit(run, claimant, [canonicalKey(page, canonical)]);
    return owner === claimant;
  };
}

/** Seeds and files touch no host: no robots.txt, no clock. */
async function visitHostless(
  engine: Engine,
  context: RunContext,
  { id, requests }: Batch,
): Promise<BatchVisits> {
  const visits: Visit[] = [];
  for (const request of requests) {
    const result = await visit({ run: context, batch: id, gate: openGate, now: engine.now }, request);
    if (result !== 'late') visits.push(result);
  }
  return { state: 'visited', visits, unvisited: [], ownBatchSize: engine.limits.batchSize };
}

function originOf(requests: PageRequest[]): string {
  return new URL(requests[0]?.url ?? '').origin;
}
