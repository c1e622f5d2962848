import type { HostRecord } from '../../coordination/ports.ts';
import { DropError, RetryError } from '../../errors.ts';
import type { Batch } from '../../model.ts';
import type { Engine } from '../engine.ts';
import { limitsFor, maxTurnWaitOf } from '../limits-for.ts';
import { limitReached } from '../outcome/outcome.ts';
import type { RunContext } from '../run-context.ts';
import { maxCrashesOf } from '../suspect.ts';
import { givenUpError } from '../turns/breaker.ts';
import type { Holdings, LeaseAfter } from '../turns/holdings.ts';
import { type Later, sleepUntil, type Turns } from '../turns/pace.ts';
import type { RobotsGate } from '../turns/robots-gate.ts';
import { waitForProxies } from '../turns/trial.ts';
import type { BatchVisits } from '../visit/batch-visits.ts';
import { gapOnHostMs, gateOf, recordOnTrial, reserveOnHost, type TakenTurns } from '../visit/visit-batch.ts';
import { type BatchOfDraws, type Drawn, drawBest } from './draw.ts';

/** How old the counts may be by which a batch draws at once, since no place is left. */
const countsAgeMs = 1_000;

/** So long before its first turn a batch draws: what a draw takes where the store is far away. */
const drawAheadMs = 200;

export interface DrawTerms {
  batch: BatchOfDraws;
  crashes: number;
  holdings: Holdings;
  /** This process is none to work on the batch. */
  mustLeaveIt: boolean;
  /** Visits what was drawn, in these turns, or in some that it takes itself. */
  visitDrawn(batch: Batch, taken: TakenTurns | undefined): Promise<BatchVisits>;
}

/**
 * Draws the best that wait for the host as late as it can: when the batch has its turns. What is found meanwhile may be better. A batch
 * that will fetch nothing, since a limit is reached or it kills its process, draws at once.
 */
export async function visitDraws(
  engine: Engine,
  context: RunContext,
  { batch, crashes, holdings, mustLeaveIt, visitDrawn }: DrawTerms,
): Promise<BatchVisits> {
  const hasKilled = crashes >= maxCrashesOf(engine, batch);
  if (!hasKilled && mustLeaveIt) return { state: 'later', notBefore: engine.now() };
  const taken =
    hasKilled || (await fetchesNothing(engine, context, batch))
      ? undefined
      : await takeTurns(engine, context, batch, holdings);
  if (taken !== undefined && 'state' in taken) return taken;
  if (taken !== undefined && (await waitToDraw(engine, taken.firstAt, holdings)) !== 'mine') {
    // Whoever has the batch meanwhile may have used its turns.
    return { state: 'later', notBefore: holdings.lostUntil ?? engine.now(), isWaiting: true };
  }
  try {
    const drawn = await drawBest(engine, context, batch);
    if (drawn === undefined) return { state: 'later', notBefore: engine.now(), isWaiting: true };
    return await visitWith(engine, drawn, taken, visitDrawn);
  } finally {
    await taken?.turns.returnTurns();
  }
}

/** Batches that wait in one process draw in the order of their turns, and each what is the best by then. */
function waitToDraw(
  { now }: Pick<Engine, 'now'>,
  firstAt: number,
  holdings: Holdings,
): Promise<LeaseAfter> | 'mine' {
  const at = firstAt - drawAheadMs;
  if (at <= now()) return 'mine';
  return holdings.park(at, () => sleepUntil(at, now, holdings.stopping).catch(() => undefined));
}

async function visitWith(
  { ledger }: Pick<Engine, 'ledger'>,
  { batch, refused }: Drawn,
  taken: TakenTurns | undefined,
  visitDrawn: DrawTerms['visitDrawn'],
): Promise<BatchVisits> {
  if (batch.requests.length === 0) {
    if (taken === undefined) await returnCarried(ledger, batch);
    return { state: 'visited', visits: refused, unvisited: [], ownBatchSize: 1 };
  }
  const visited = await visitDrawn(batch, taken);
  return visited.state === 'later' ? visited : { ...visited, visits: [...visited.visits, ...refused] };
}

/** What is called before its turns, since no place is left, has reserved some: nobody need wait until they are over. */
async function returnCarried(ledger: Engine['ledger'], { host, slot }: Batch): Promise<void> {
  if (slot === undefined) return;
  // Turns are a gap and their slack apart.
  const gapMs = slot.spacingMs - slot.slackMs;
  await ledger.returnSlots?.({ host, gapMs, ...slot, used: 0 });
}

async function fetchesNothing(
  engine: Engine,
  context: RunContext,
  { draws }: BatchOfDraws,
): Promise<boolean> {
  // Another process may have taken the last place.
  context.limits.learn(await engine.ledger.readCounts(context.id, { maxAgeMs: countsAgeMs }));
  if (context.limits.left('pages') === 0) return true;
  return (await limitReached(engine, context, { requests: [draws.like] })) !== undefined;
}

/**
 * Turns for as many as are drawn, `later` while there are none; `undefined` where the host is not to be asked, which is said of each page
 * that is drawn.
 */
async function takeTurns(
  whole: Engine,
  context: RunContext,
  { draws, ...batch }: BatchOfDraws,
  holdings: Holdings,
): Promise<(TakenTurns & { firstAt: number }) | Later | undefined> {
  const engine: Engine = { ...whole, limits: limitsFor(whole, context.job) };
  if (maxTurnWaitOf(engine, context.job) < 0) return { state: 'later', notBefore: engine.now() };
  const alike: Batch = { ...batch, requests: [draws.like] };
  const record = await recordOnTrial(engine, context, alike);
  if ('state' in record) return record;
  if (givenUpError(batch.host, record.breaker, engine.now()) !== undefined) return undefined;
  const untilProxies = await waitForProxies(engine, context, alike);
  if (untilProxies !== undefined) return { state: 'later', notBefore: untilProxies, isWaiting: true };
  const gate = await gateOrNone(engine, context, alike, record);
  if (gate === undefined) return undefined;
  if ('busyUntil' in gate) return { state: 'later', notBefore: gate.busyUntil, isWaiting: true };
  const gapMs = gapOnHostMs(context, alike, record, gate);
  const pace = await reserveOnHost(engine, context, alike, { record, gapMs, count: draws.count, holdings });
  if (pace.state === 'later') return pace;
  return { turns: returnedOnce(pace.turns), firstAt: pace.firstAt, record, gate };
}

/** Pages of a host whose robots.txt cannot be had fail when they are visited. */
async function gateOrNone(
  engine: Engine,
  context: RunContext,
  batch: Batch,
  record: HostRecord,
): Promise<RobotsGate | { busyUntil: number } | undefined> {
  try {
    return await gateOf(engine, context, batch, record);
  } catch (error) {
    if (error instanceof RetryError || error instanceof DropError) return undefined;
    throw error;
  }
}

/** Whoever visits in them returns what is left; where nobody does, the batch does itself. */
function returnedOnce(turns: Turns): Turns {
  let areReturned = false;
  return {
    next: turns.next,
    async returnTurns() {
      if (areReturned) return;
      areReturned = true;
      await turns.returnTurns();
    },
  };
}
