import type { Batch, PageRequest } from '../model.ts';
import { makeAllowance } from './allowance.ts';
import type { Engine } from './engine.ts';
import type { Holdings } from './holdings.ts';
import { lastStartOf } from './limits-for.ts';
import { crowding, isFull, permitsOf } from './load.ts';
import type { Visit } from './make-visit.ts';
import type { Turns } from './pace.ts';
import { visit } from './visit.ts';
import type { VisitContext } from './visit-context.ts';

/**
 * Starts a batch's requests turn by turn. The limiter is shared by all batches of the host in this process.
 * Requests that are not sent when time, turns or the wait limit of the host's turn run out, or when the run has
 * enough, are `unvisited`.
 */
export async function visitInTurn(
  engine: Engine,
  context: VisitContext,
  batch: Batch,
  turns: Turns,
  holdings: Holdings,
): Promise<{ visits: Visit[]; unvisited: PageRequest[] }> {
  const { load } = engine;
  const permits = permitsOf(load, context.run.limiterOf(batch.host));
  const { startedAt, job } = context.run;
  const runEndsAt = startedAt + (job.limits.maxDurationMs ?? Number.POSITIVE_INFINITY);
  // The wait for the first turn is not charged to the batch's own time: a batch that begins must come to a fetch.
  let deadline = Math.min(runEndsAt, lastStartOf(engine, job));
  let hasBegun = false;
  const mayGoOn = watchRun(engine, context.run.id);
  const allowance = makeAllowance(context.run, batch.id);
  const underWay: Promise<Visit | 'unsent'>[] = [];
  let pauseUntil = 0;
  let nextTurnAt = 0;
  let crashed = false;
  let halted = false;
  let hasVisited = false;

  const mayStart = async (): Promise<boolean> => {
    const isPaused = pauseUntil > engine.now();
    if (engine.now() >= deadline || isPaused || crashed || halted || engine.stopping.aborted) return false;
    if (hasVisited && load !== undefined && isFull(load)) return false;
    return mayGoOn();
  };
  /** Epoch ms at which the turn is over; undefined if there is no turn. */
  const takeTurn = async (remaining: number): Promise<number | undefined> => {
    if (!(await mayStart())) return undefined;
    const turn = await turns.next(remaining, holdings.stopping);
    if (turn === 'aborted') return undefined;
    if ('busyUntil' in turn) nextTurnAt = turn.busyUntil;
    if (!hasBegun) deadline = Math.min(deadline, engine.now() + engine.limits.batchBudgetMs);
    hasBegun = true;
    return 'startBy' in turn ? turn.startBy : undefined;
  };
  // The limiter is not held during the wait for a turn: other batches' turns would pass unused.
  const start = async (request: PageRequest, startBy: number): Promise<Visit | 'unsent' | 'late'> => {
    try {
      // During the wait for turn and limiter, an answer may have asked for a pause, and time has passed.
      if (!(await mayStart())) return 'unsent';
      const result = await visit(context, request, startBy);
      if (result === 'late') return result;
      pauseUntil = Math.max(pauseUntil, result.pauseUntil ?? 0);
      halted ||= result.halt !== undefined;
      hasVisited = true;
      holdings.keep(result);
      return result;
    } catch (error) {
      crashed = true;
      throw error;
    } finally {
      permits.release();
    }
  };
  const startInTurn = async (request: PageRequest, firstStartBy: number): Promise<Visit | 'unsent'> => {
    let result = await start(request, firstStartBy);
    while (result === 'late') {
      const startBy = await takeTurn(1);
      if (startBy === undefined) return 'unsent';
      await permits.acquire();
      result = await start(request, startBy);
    }
    return result;
  };

  for (const [index, request] of batch.requests.entries()) {
    if (!(await crowding(load, () => allowance.next(request)))) {
      underWay.push(Promise.resolve('unsent'));
      continue;
    }
    const startBy = await takeTurn(batch.requests.length - index);
    if (startBy === undefined) break;
    await permits.acquire();
    const visiting = holdings.whileActive(() => startInTurn(request, startBy));
    // Awaited below, with all the others.
    visiting.catch(() => undefined);
    underWay.push(visiting);
    allowance.started(request, visiting);
  }
  const results = await Promise.all(underWay).catch((error: unknown) => {
    allowance.withdraw();
    throw error;
  });
  if (holdings.lostUntil !== undefined) allowance.withdraw();
  await turns.returnTurns();
  if (pauseUntil > 0) await engine.ledger.delayHost(batch.host, pauseUntil);
  const notBefore = Math.max(pauseUntil, nextTurnAt);
  const unvisited = batch.requests
    .filter((_, index) => results[index] === undefined || results[index] === 'unsent')
    .map((request) => (notBefore > engine.now() ? { ...request, notBefore } : request));
  return { visits: results.filter((result) => result !== 'unsent'), unvisited };
}

/** How long a pause or cancellation may go unnoticed: reading the run before every request would be expensive. */
const lookAgainMs = 1_000;

/** Whether the run is still running, as of a second ago at most. */
function watchRun({ ledger, now }: Engine, run: string): () => Promise<boolean> {
  let lookedAt = now();
  let isRunning = true;
  return async () => {
    if (isRunning && now() - lookedAt >= lookAgainMs) {
      lookedAt = now();
      isRunning = (await ledger.readRun(run, { maxAgeMs: lookAgainMs }))?.state === 'running';
    }
    return isRunning;
  };
}
