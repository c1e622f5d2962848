import type { EventLoopUtilization } from 'node:perf_hooks';
import type { HostRecord, Ledger } from '../../coordination/ports.ts';
import type { Job } from '../../job/schema.ts';
import { isPage } from '../../sources/sources.ts';
import type { Visit } from '../make-visit.ts';

/** A host that answers within this time is not slow. */
const slowFromMs = 400;
const maxLearnedGapMs = 30_000;
/** Smaller changes are not worth a write. */
const minChangeMs = 50;

/**
 * The share of the time since `start` in which this process was busy. A fetch also waits for this process while
 * other pages are parsed; that share of its latency is not the host's.
 */
export function busyShareSince(start: EventLoopUtilization): number {
  return performance.eventLoopUtilization(start).utilization;
}

/**
 * Widens the gap to a host that answers slowly, towards half its latency, and narrows it again when the host
 * recovers; failures never narrow it. After Scrapy's AutoThrottle.
 */
export async function learnGap(
  ledger: Ledger,
  host: string,
  known: HostRecord,
  job: Job,
  visits: Visit[],
  busyShare: number,
): Promise<void> {
  const before = known.learnedGapMs ?? 0;
  const after = nextLearnedGapMs(before, job.politeness.gapMs, visits, busyShare);
  if (Math.abs(after - before) >= minChangeMs || (after === 0 && before > 0)) {
    await ledger.updateHost(host, { learnedGapMs: after });
  }
}

/** Pure: the gap (milliseconds) to keep from now on, 0 when the job's own gap is large enough. */
export function nextLearnedGapMs(
  before: number,
  jobGapMs: number,
  visits: Pick<Visit, 'fact'>[],
  busyShare = 0,
): number {
  const latencies = visits.flatMap(({ fact }) =>
    fact.ms === undefined || fact.isCached || !isPage(fact.kind) ? [] : [fact.ms],
  );
  if (latencies.length === 0) return before;
  const total = latencies.reduce((sum, ms) => sum + ms, 0);
  const mean = (total / latencies.length) * (1 - busyShare);
  const target = mean < slowFromMs ? 0 : Math.min(maxLearnedGapMs, mean / 2);
  const hasFailures = visits.some(
    ({ fact: { end, code } }) => end === 'failed' || (end === 'retry' && code !== 'REDIRECTED'),
  );
  const after = Math.round((before + target) / 2);
  if (hasFailures && after < before) return before;
  return after <= jobGapMs || after < minChangeMs ? 0 : after;
}
