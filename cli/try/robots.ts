import type { RunContext } from '../../shared/engine/run-context.ts';
import { gateOf, openGate, type RobotsGate, statedDelayMs } from '../../shared/engine/turns/robots-gate.ts';
import { DropError, RetryError } from '../../shared/errors.ts';
import { fetchRobots } from '../../shared/fetch/robots/robots.ts';
import type { HostRules } from '../../shared/sources/kind.ts';

export interface RobotsTrial {
  state: 'found' | 'absent' | 'unreachable' | 'ignored';
  isAllowed: boolean;
  crawlDelayMs: number;
  /** A use of the job (`politeness.use`) for which the host refuses its pages. */
  refusedUse?: string;
}

interface RobotsOptions {
  /** @default the job's own mode */
  mode?: HostRules['robots'];
  /** Whose proxy it is read through. */
  session?: string | undefined;
}

/** Reads and judges the robots.txt of a URL's host as a run does; `failure`: why no page of that host can be fetched. */
export async function askRobots(
  context: RunContext,
  url: string,
  { mode = context.job.politeness.robots, session }: RobotsOptions = {},
): Promise<{ robots: RobotsTrial; gate: RobotsGate; failure?: RetryError | DropError }> {
  if (mode !== 'obey') return { gate: openGate, robots: trialOf('ignored', openGate, url) };
  const { politeness } = context.job;
  const { origin } = new URL(url);
  const call = session === undefined ? {} : { session };
  const fetcher = context.cached?.through(context.fetcher) ?? context.fetcher;
  const record = await orError(fetchRobots(fetcher, origin, Date.now(), call));
  if (record instanceof Error) return { ...refused('unreachable', 0), failure: record };
  const gate = await orError((async () => gateOf(record, origin, politeness))());
  if (gate instanceof Error)
    return { ...refused(record.state, statedDelayMs(record, politeness)), failure: gate };
  return { gate, robots: trialOf(record.state, gate, url) };
}

function trialOf(state: RobotsTrial['state'], gate: RobotsGate, url: string): RobotsTrial {
  const { crawlDelayMs, refusedUse } = gate;
  const trial = { state, isAllowed: !gate.forbids(url), crawlDelayMs };
  return refusedUse === undefined ? trial : { ...trial, refusedUse };
}

function refused(
  state: RobotsTrial['state'],
  crawlDelayMs: number,
): { robots: RobotsTrial; gate: RobotsGate } {
  return { gate: openGate, robots: { state, isAllowed: false, crawlDelayMs } };
}

async function orError<T>(asked: Promise<T>): Promise<T | RetryError | DropError> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RetryError || error instanceof DropError) return error;
    throw error;
  }
}
