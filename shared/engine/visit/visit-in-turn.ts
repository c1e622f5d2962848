import type { Limiter } from '../../fetch/limiter.ts';
import type { Batch, PageRequest } from '../../model.ts';
import type { Engine } from '../engine.ts';
import { lastStartOf } from '../limits-for.ts';
import { crowding, isFull, permitsOf } from '../load.ts';
import type { Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';
import type { Holdings } from '../turns/holdings.ts';
import type { OwnTurn, Turns } from '../turns/pace.ts';
import { type Allowance, makeAllowance } from './allowance.ts';
import type { HostView } from './host-view.ts';
import { visit } from './visit.ts';
import { isKept } from './visit-context.ts';

/**
 * Starts a batch's requests turn by turn. The limiter is shared by all batches of the host in this process.
 * Requests that are not sent when time, turns or the wait limit of the host's turn run out, or when the run has
 * enough, are `unvisited`.
 */
export async function visitInTurn(
  engine: Engine,
  run: RunContext,
  batch: Pick<Batch, 'id' | 'requests'>,
  turns: Turns,
  holdings: Holdings,
  hosts: HostView,
): Promise<{ visits: Visit[]; unvisited: PageRequest[] }> {
  const allowance = makeAllowance(run, batch.id);
  const progress = beginVisits(engine, run, turns, holdings, hosts);
  const underWay = await startVisits(progress, batch.requests, allowance);
  const results = await Promise.all(underWay).catch((error: unknown) => {
    allowance.withdraw();
    throw error;
  });
  if (holdings.lostUntil !== undefined) allowance.withdraw();
  await turns.returnTurns();
  const { pauseUntil, nextTurnAt } = progress;
  if (pauseUntil > 0) await engine.ledger.delayHost(hosts.clock, pauseUntil);
  const unvisited = batch.requests
    .filter((_, index) => results[index] === undefined || results[index] === 'unsent')
    .map((request) => {
      const notBefore = Math.max(pauseUntil, nextTurnAt, hosts.pausedUntil(request));
      return notBefore > engine.now() ? { ...request, notBefore } : request;
    });
  return { visits: results.filter((result) => result !== 'unsent'), unvisited };
}

/** What the visits of a batch share: whether, and until when, a further request may be started. */
interface Progress {
  readonly engine: Engine;
  readonly hosts: HostView;
  readonly turns: Turns;
  readonly holdings: Holdings;
  readonly permits: Pick<Limiter, 'acquire' | 'release'>;
  readonly isRunning: () => boolean | Promise<boolean>;
  /** Epoch ms from which no request is started. */
  deadline: number;
  hasBegun: boolean;
  hasVisited: boolean;
  /** A visit has thrown, the service refuses all requests, the session has ended, or no proxy can be used. */
  hasEnded: boolean;
  /** Epoch ms until which an answer has asked for a pause, or the breaker makes one; 0 if none. */
  pauseUntil: number;
  /** Epoch ms at which turns are free again, if they ran out; else 0. */
  nextTurnAt: number;
}

function beginVisits(
  engine: Engine,
  { id, job, startedAt, limiterOf }: RunContext,
  turns: Turns,
  holdings: Holdings,
  hosts: HostView,
): Progress {
  const runEndsAt = startedAt + (job.limits.maxDurationMs ?? Number.POSITIVE_INFINITY);
  return {
    engine,
    hosts,
    turns,
    holdings,
    permits: permitsOf(engine, limiterOf(hosts.clock)),
    isRunning: watchRun(engine, id),
    deadline: Math.min(runEndsAt, lastStartOf(engine, job)),
    hasBegun: false,
    hasVisited: false,
    hasEnded: false,
    pauseUntil: 0,
    nextTurnAt: 0,
  };
}

/** The visits by the index of their request, of all requests before the one for which there was no turn. */
async function startVisits(
  progress: Progress,
  requests: PageRequest[],
  allowance: Allowance,
): Promise<Promise<Visit | 'unsent'>[]> {
  const { engine, holdings, hosts, permits } = progress;
  const underWay: Promise<Visit | 'unsent'>[] = [];
  for (const [index, request] of requests.entries()) {
    const isPaused = hosts.pausedUntil(request) > engine.now();
    const allowed = isPaused ? false : allowance.next(request);
    if (typeof allowed === 'boolean' ? !allowed : !(await crowding(engine.load, () => allowed))) {
      underWay.push(Promise.resolve('unsent'));
      continue;
    }
    const turn = await turnFor(progress, request, requests.length - index);
    if (turn === undefined) break;
    // The limiter is not held during the wait for a turn: other batches' turns would pass unused.
    await permits.acquire();
    const visiting = holdings.whileActive(() => visitUntilSent(progress, request, turn));
    // The caller awaits it with all the others.
    visiting.catch(() => undefined);
    underWay.push(visiting);
    allowance.started(request, visiting);
  }
  return underWay;
}

function mayStart(progress: Progress): boolean | Promise<boolean> {
  const { engine, pauseUntil, deadline, hasEnded, hasVisited, isRunning } = progress;
  const now = engine.now();
  if (now >= deadline || pauseUntil > now || hasEnded || engine.stopping.aborted) return false;
  if (hasVisited && engine.load !== undefined && isFull(engine.load)) return false;
  return isRunning();
}

/** What is kept on this machine is read at once. Undefined if there is no turn. */
async function turnFor(
  progress: Progress,
  request: PageRequest,
  remaining: number,
): Promise<OwnTurn | undefined> {
  if (!isKept(progress.hosts.contextOf(request), request)) return takeTurn(progress, request, remaining);
  return (await mayStart(progress)) ? { startBy: Number.POSITIVE_INFINITY, isForCached: true } : undefined;
}

/** Undefined if there is no turn. */
async function takeTurn(
  progress: Progress,
  request: PageRequest,
  remaining: number,
): Promise<OwnTurn | undefined> {
  if (!(await mayStart(progress))) return undefined;
  const { engine, turns, holdings } = progress;
  const turn = await turns.next(remaining, holdings.stopping, request);
  if (turn === 'aborted') return undefined;
  if ('busyUntil' in turn) progress.nextTurnAt = turn.busyUntil;
  // The wait for the first turn is not charged to the batch's own time: a batch that begins must come to a fetch.
  if (!progress.hasBegun) {
    progress.deadline = Math.min(progress.deadline, engine.now() + engine.limits.batchBudgetMs);
  }
  progress.hasBegun = true;
  return 'startBy' in turn ? turn : undefined;
}

/** Called with a permit. Whenever the request was too late for its turn, it takes another turn and another permit. */
async function visitUntilSent(
  progress: Progress,
  request: PageRequest,
  first: OwnTurn,
): Promise<Visit | 'unsent'> {
  let result = await visitWithPermit(progress, request, first);
  while (result === 'late') {
    const turn = await takeTurn(progress, request, 1);
    if (turn === undefined) return 'unsent';
    await progress.permits.acquire();
    result = await visitWithPermit(progress, request, turn);
  }
  return result;
}

/** Releases the permit in the end. */
async function visitWithPermit(
  progress: Progress,
  request: PageRequest,
  turn: OwnTurn,
): Promise<Visit | 'unsent' | 'late'> {
  try {
    // During the wait for turn and permit, an answer may have asked for a pause, and time has passed.
    if (!(await mayStart(progress)) || progress.hosts.pausedUntil(request) > progress.engine.now()) {
      return 'unsent';
    }
    const result = await visit(progress.hosts.contextOf(request), request, turn);
    if (result === 'late') return result;
    const pauseUntil = progress.hosts.ended(request, result, progress.engine.now());
    progress.pauseUntil = Math.max(progress.pauseUntil, pauseUntil);
    if (result.halt !== undefined || result.hasEndedSession || result.lacksProxy) progress.hasEnded = true;
    progress.hasVisited = true;
    progress.holdings.keep(result);
    return result;
  } catch (error) {
    progress.hasEnded = true;
    throw error;
  } finally {
    progress.permits.release();
  }
}

/** How long a pause or cancellation may go unnoticed: reading the run before every request would be expensive. */
const lookAgainMs = 1_000;

/** Whether the run is still running, as of a second ago at most. */
function watchRun({ ledger, now }: Engine, run: string): () => boolean | Promise<boolean> {
  let lookedAt = now();
  let isRunning = true;
  const look = async (): Promise<boolean> => {
    lookedAt = now();
    isRunning = (await ledger.readRun(run, { maxAgeMs: lookAgainMs }))?.state === 'running';
    return isRunning;
  };
  return () => (isRunning && now() - lookedAt >= lookAgainMs ? look() : isRunning);
}
