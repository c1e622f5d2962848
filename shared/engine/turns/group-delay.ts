import type { HostRecord, Ledger } from '../../coordination/ports.ts';
import type { Job } from '../../job/schema.ts';
import { isFreshRobots } from './open-robots-gate.ts';
import { statedDelayMs } from './robots-gate.ts';

/**
 * The largest crawl-delay (milliseconds) that a host of the group is known to ask for; never more than the job waits for. 0: none is known.
 */
export function groupDelayMs(
  { robots }: HostRecord,
  { politeness }: Pick<Job, 'politeness'>,
  now: number,
): number {
  if (robots === undefined || !isFreshRobots(robots, now)) return 0;
  return Math.min(statedDelayMs(robots, politeness), politeness.maxDelayMs);
}

/**
 * Keeps the delay for all processes, as a robots.txt of the group, if it is larger than what is kept. Of two that are written at once the
 * smaller may stay, until the next batch with the other's host.
 */
export async function keepGroupDelay(
  ledger: Ledger,
  clock: string,
  delayMs: number,
  now: number,
): Promise<void> {
  const body = `User-agent: *\nCrawl-delay: ${delayMs / 1_000}\n`;
  await ledger.updateHost(clock, { robots: { fetchedAt: now, state: 'found', body } });
}
