import type { RunContext } from '../../shared/engine/run-context.ts';
import { openGate } from '../../shared/engine/turns/robots-gate.ts';
import type { RobotsGate } from '../../shared/engine/turns/robots-permission.ts';
import { type DropError, RetryError } from '../../shared/errors.ts';
import {
  crawlDelayMs,
  fetchRobots,
  isAllowed,
  parseRobots,
  unreachableError,
} from '../../shared/fetch/robots/robots.ts';
import { hostOf } from '../../shared/fetch/url.ts';

export interface RobotsTrial {
  state: 'found' | 'absent' | 'unreachable' | 'ignored';
  isAllowed: boolean;
  crawlDelayMs: number;
}

interface RobotsOptions {
  mode?: RunContext['job']['politeness']['robots'];
  /** Whose proxy it is read through. */
  session?: string | undefined;
}

/** Reads the robots.txt of a URL's host, as a run would; `failure`: why no page of that host can be fetched. */
export async function askRobots(
  context: RunContext,
  url: string,
  { mode = context.job.politeness.robots, session }: RobotsOptions = {},
): Promise<{ robots: RobotsTrial; gate: RobotsGate; failure?: RetryError | DropError }> {
  const { politeness } = context.job;
  const answer = (state: RobotsTrial['state'], gate: RobotsGate) => ({
    gate,
    robots: { state, isAllowed: !gate.forbids(url), crawlDelayMs: gate.crawlDelayMs },
  });
  if (mode === 'ignore') return answer('ignored', openGate);
  const { origin } = new URL(url);
  const call = session === undefined ? {} : { session };
  const record = await fetchRobots(context.fetcher, origin, Date.now(), call).catch(asProxyError);
  if (record instanceof RetryError) return { ...answer('unreachable', openGate), failure: record };
  if (record.state === 'unreachable')
    return { ...answer(record.state, openGate), failure: unreachableError(origin, record) };
  if (record.state !== 'found') return answer(record.state, openGate);
  const robots = parseRobots(record.body);
  const host = hostOf(url);
  return answer('found', {
    forbids: (link) => hostOf(link) === host && !isAllowed(robots, politeness.userAgent, link),
    crawlDelayMs: crawlDelayMs(robots, politeness.userAgent) ?? 0,
  });
}

function asProxyError(error: unknown): RetryError {
  if (error instanceof RetryError) return error;
  throw error;
}
