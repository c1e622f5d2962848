import { DropError, HaltError, RetryError } from '../../errors.ts';
import type { Batch, PageRequest } from '../../model.ts';
import type { HostRules } from '../../sources/kind.ts';
import { kindOf } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import { canonicalKey, digestOf } from '../ids.ts';
import type { Visit, Visited } from '../make-visit.ts';
import { pacedResources } from '../render/paced-resources.ts';
import { type RenderAnswer, renderAnswers } from '../render/render-answer.ts';
import type { RunContext } from '../run-context.ts';
import type { BatchSessions } from '../sessions/batch-sessions.ts';
import { visitsWithoutSession } from '../sessions/visit-in-session.ts';
import { closed, type FailureStreak } from '../turns/breaker.ts';
import type { RobotsWanted } from '../turns/open-robots-gate.ts';
import { type Later, slackFor } from '../turns/pace.ts';
import { openGate } from '../turns/robots-gate.ts';
import { waitForTrial } from '../turns/trial.ts';
import { failVisit } from './fail-visit.ts';

/** All visits of a batch, or when its turn comes. */
export type BatchVisits = Visited | Later;

/** The batch's sessions, open; or what becomes of the batch without them. */
export async function sessionsOf(
  engine: Engine,
  context: RunContext,
  batch: Pick<Batch, 'id' | 'host' | 'requests' | 'waits'>,
): Promise<BatchSessions | BatchVisits | undefined> {
  const { sessions } = context;
  if (sessions === undefined) return undefined;
  const { openBatchSessions } = await import('../sessions/batch-sessions.ts');
  try {
    const opened = await openBatchSessions(engine, { ...context, sessions }, batch);
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

/** What reads pages of the batch in a browser, of a job that wants that. */
export function rendersOf(
  engine: Engine,
  context: RunContext,
  sessions: BatchSessions | undefined,
): { render?: RenderAnswer } {
  if (context.rendering === undefined) return {};
  const render = renderAnswers(context, pacedResources(engine, context), {
    sessions,
    stopping: engine.stopping,
  });
  return render === undefined ? {} : { render };
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

/** Writes what the streak has changed in the host's breaker. */
export async function keepBreaker(
  { ledger, now }: Engine,
  host: string,
  streak: FailureStreak,
): Promise<void> {
  const breaker = streak.change(now());
  if (breaker !== undefined) await ledger.updateHost(host, { breaker });
}

/** At the host's first answer, for those that wait for the result; what fails here is written once more at the end of the batch. */
export function keepBreakerClosed({ ledger }: Engine, host: string): void {
  ledger.updateHost(host, { breaker: closed }).catch(() => undefined);
}

/** When the batch comes back if no proxy of the job can be used now: epoch ms. */
export async function waitForProxies(
  engine: Engine,
  { job, proxies }: RunContext,
  batch: Pick<Batch, 'run' | 'requests'>,
): Promise<number | undefined> {
  const cooling = proxies?.cooling();
  if (cooling === undefined) return undefined;
  const { until, ...breaker } = cooling;
  const readBreaker = async () => breaker;
  return (
    (await waitForTrial(engine, job, batch, { name: 'proxies', breaker, readBreaker, waitMs: 0 })) ?? until
  );
}

/**
 * The politeness towards the batch's host: the strictest mode of robots.txt and the fewest requests per minute of all
 * of its requests.
 */
export function hostRulesOf({ env }: RunContext, { requests }: Pick<Batch, 'requests'>): HostRules {
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
export function gapOfJobMs({ job }: RunContext, { perMinute }: HostRules): number {
  if (perMinute === undefined) return job.politeness.gapMs;
  // The turns' tolerance for lateness is added.
  const spacingMs = Math.ceil(minuteMs / perMinute);
  return Math.max(1, spacingMs - slackFor(spacingMs));
}

/**
 * The page that claims a pair first yields, and that for ever: the rule of admission, with pages instead of
 * batches.
 */
export function firstOfPair(
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
