import { DropError, HaltError, RetryError } from '../../errors.ts';
import type { Batch, PageRequest } from '../../model.ts';
import type { Engine } from '../engine.ts';
import type { Visit, Visited } from '../make-visit.ts';
import type { BatchHistory } from '../recrawl/batch-history.ts';
import { loginsOf } from '../render/paced-resources.ts';
import type { RunContext } from '../run-context.ts';
import type { BatchSessions } from '../sessions/batch-sessions.ts';
import { visitsWithoutSession } from '../sessions/visit-in-session.ts';
import type { FailureStreak } from '../turns/breaker.ts';
import type { Later } from '../turns/pace.ts';
import { openGate } from '../turns/robots-gate.ts';
import { failVisit } from './fail-visit.ts';

/** All visits of a batch, or when its turn comes. */
export type BatchVisits = Visited | Later;

/** The batch's sessions, open; or what becomes of the batch without them. */
export async function sessionsOf(
  engine: Engine,
  context: RunContext,
  batch: Pick<Batch, 'id' | 'host' | 'requests' | 'waits' | 'sessions'>,
): Promise<BatchSessions | BatchVisits | undefined> {
  const { sessions } = context;
  if (sessions === undefined) return undefined;
  const { openBatchSessions } = await import('../sessions/batch-sessions.ts');
  try {
    const opened = await openBatchSessions(
      engine,
      { ...context, sessions, ...loginsOf(engine, context) },
      batch,
    );
    if ('isClosed' in opened) return { state: 'later', notBefore: engine.now(), sessions: 'wanted' };
    if (!('busyUntil' in opened)) return opened;
    const waits = (batch.waits ?? 0) + 1;
    return { state: 'later', notBefore: opened.busyUntil, isWaiting: true, waits };
  } catch (error) {
    if (error instanceof HaltError) {
      const visits = visitsWithoutSession(batch.requests, error, engine.now());
      return { state: 'visited', visits, unvisited: [], ownBatchSize: engine.limits.batchSize };
    }
    if (!(error instanceof RetryError || error instanceof DropError)) throw error;
    return failAll(engine, context, batch, error);
  }
}

/** Opens the sessions of a batch that is read by a process which cannot: to that it goes on. */
export async function openForBrowser(
  engine: Engine,
  context: RunContext,
  batch: Pick<Batch, 'id' | 'host' | 'requests' | 'waits' | 'sessions'>,
): Promise<BatchVisits> {
  const opened = await sessionsOf(engine, context, batch);
  if (opened !== undefined && 'state' in opened) return opened;
  const onwards = { state: 'later', notBefore: engine.now() } as const;
  if (opened === undefined || context.sessions === undefined) return { ...onwards, sessions: {} };
  const { vouchersOf } = await import('../sessions/hand-over.ts');
  return { ...onwards, sessions: vouchersOf(context.sessions, batch, opened) };
}

/** What the job knows of the pages of a batch, if it recrawls; others pay nothing for it. */
export async function historyOf(
  engine: Engine,
  context: RunContext,
  requests: PageRequest[],
  distrusted: (host: string) => boolean,
): Promise<BatchHistory | undefined> {
  const { recrawl } = context;
  if (recrawl === undefined) return undefined;
  const { openHistory } = await import('../recrawl/batch-history.ts');
  return openHistory(engine, { ...context, recrawl }, requests, distrusted);
}

/** What a job with a budget knows of them, before turns are taken: pages that are not due take none. */
export async function historyOfDue(
  ...[engine, context, requests, distrusted]: Parameters<typeof historyOf>
): Promise<BatchHistory | undefined> {
  if (context.recrawl?.budget === undefined) return undefined;
  return historyOf(engine, context, requests, distrusted);
}

/** No request of the batch was sent; after too many failures in a row, those behind keep their attempts. */
export async function failAll(
  engine: Engine,
  context: RunContext,
  { id, host, requests }: Pick<Batch, 'id' | 'host' | 'requests'>,
  error: RetryError | DropError,
  streak?: FailureStreak,
): Promise<Visited> {
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
