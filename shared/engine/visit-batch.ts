import { SpinneretError } from '../errors.ts';
import type { Batch, PageRequest, Slots } from '../model.ts';
import type { Engine } from './engine.ts';
import { batchSizeFor, reserveTurns, type Turns } from './pace.ts';
import { openGate, openRobotsGate, type RobotsGate } from './robots-gate.ts';
import type { RunContext } from './run-context.ts';
import { learnGap } from './slow-down.ts';
import { failed, type Visit, type VisitContext, visit } from './visit.ts';

/** All visits of a batch, or the word that its turn comes later. */
export type BatchVisits =
  | { state: 'visited'; visits: Visit[]; unvisited: PageRequest[]; ownBatchSize: number }
  | { state: 'later'; notBefore: number; slots?: Slots };

/**
 * Paces, fetches and extracts one batch. Requests that are not started when time, turns or the
 * host's patience run out are returned as `unvisited`.
 */
export async function visitBatch(engine: Engine, context: RunContext, batch: Batch): Promise<BatchVisits> {
  const { requests, host } = batch;
  if (host === '') return visitHostless(engine, context, requests);

  const known = await engine.ledger.readHost(host);
  let gate: RobotsGate | { busyUntil: number };
  try {
    gate = await openRobotsGate(engine, context, originOf(requests), known);
  } catch (error) {
    if (!(error instanceof SpinneretError)) throw error;
    const visits = requests.map((request) => failed({ run: context, gate: openGate, now: engine.now }, request, error));
    return { state: 'visited', visits, unvisited: [], ownBatchSize: engine.limits.batchSize };
  }
  if ('busyUntil' in gate) return { state: 'later', notBefore: gate.busyUntil };

  const { politeness } = context.job;
  const learned = politeness.slowDown ? (known.learnedGapMs ?? 0) : 0;
  const gapMs = Math.max(politeness.gapMs, gate.crawlDelayMs, learned);
  const pace = await reserveTurns(engine, { host, count: requests.length, gapMs, reserved: batch.slot });
  if (pace.state === 'later') return pace;

  const result = await visitInTurn(engine, { run: context, gate, now: engine.now }, batch, pace.turns);
  if (politeness.slowDown) await learnGap(engine.ledger, host, known, context.job, result.visits);
  return { state: 'visited', ...result, ownBatchSize: batchSizeFor(gapMs, engine.limits) };
}

/** Seeds and files touch no host: no robots.txt, no clock. */
async function visitHostless(
  engine: Engine,
  context: RunContext,
  requests: PageRequest[],
): Promise<BatchVisits> {
  const visits: Visit[] = [];
  for (const request of requests) {
    visits.push(await visit({ run: context, gate: openGate, now: engine.now }, request));
  }
  return { state: 'visited', visits, unvisited: [], ownBatchSize: engine.limits.batchSize };
}

/** Starts requests turn by turn, at most `concurrencyPerHost` under way at once. */
async function visitInTurn(
  engine: Engine,
  context: VisitContext,
  batch: Batch,
  turns: Turns,
): Promise<{ visits: Visit[]; unvisited: PageRequest[] }> {
  const { concurrencyPerHost } = context.run.job.fetch;
  const deadline = engine.now() + engine.limits.batchBudgetMs;
  const visits: Visit[] = [];
  const underWay = new Set<Promise<void>>();
  let pauseUntil = 0;
  let nextTurnAt = 0;
  let crash: unknown;
  let next = 0;

  const start = (request: PageRequest, index: number) => {
    const done = visit(context, request)
      .then((result) => {
        visits[index] = result;
        pauseUntil = Math.max(pauseUntil, result.pauseUntil ?? 0);
      })
      .catch((error: unknown) => {
        crash = error;
      })
      .finally(() => underWay.delete(done));
    underWay.add(done);
  };

  while (next < batch.requests.length && crash === undefined) {
    if (underWay.size >= concurrencyPerHost) await Promise.race(underWay);
    const isOutOfTime = engine.now() >= deadline;
    const isPaused = pauseUntil > engine.now();
    if (isOutOfTime || isPaused || engine.stopping.aborted) break;
    const turn = await turns.next(batch.requests.length - next, engine.stopping);
    if (turn !== 'go') {
      if (turn !== 'aborted') nextTurnAt = turn.busyUntil;
      break;
    }
    const request = batch.requests[next];
    if (request !== undefined) start(request, next);
    next += 1;
  }
  await Promise.all(underWay);
  if (crash !== undefined) throw crash;
  if (pauseUntil > 0) await engine.ledger.delayHost(batch.host, pauseUntil);
  const notBefore = Math.max(pauseUntil, nextTurnAt);
  const unvisited = batch.requests
    .slice(next)
    .map((request) => (notBefore > engine.now() ? { ...request, notBefore } : request));
  return { visits, unvisited };
}

function originOf(requests: PageRequest[]): string {
  return new URL(requests[0]?.url ?? '').origin;
}
