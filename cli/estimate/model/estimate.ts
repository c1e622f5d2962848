import { type Cost, costOf, type Prices, type Usage } from '../../../shared/cost/cost.ts';
import { expectedSessionWrites, expectedUsage } from './expected-usage.ts';
import { expectedWork } from './expected-work.ts';
import type { RunPlan } from './run-plan.ts';

export interface Estimate {
  pages: number;
  batches: number;
  /** Messages that are sent again to wait for their host. */
  deferrals: number;
  durationMs: number;
  /** Records of sessions that are written because cookies have changed, at most. */
  sessionWrites: number;
  usage: Usage;
  cost: Cost;
  per1000PagesUsd: number;
}

/**
 * Estimates the duration and cost of a run from a sample, on the assumptions that its pages are like those of the
 * sample, a host keeps its pace, no process dies, and nothing else runs at the time. Free tiers, data transfer and
 * taxes are not included. Pure.
 */
export function estimateRun(plan: RunPlan, prices?: Prices): Estimate {
  const pages = plan.hosts.reduce((sum, host) => sum + host.pages, 0);
  const work = expectedWork(plan);
  const usage = expectedUsage(plan, work);
  const cost = costOf(usage, prices);
  return {
    pages,
    batches: Math.round(work.batches),
    deferrals: Math.round(work.deferrals),
    durationMs: Math.round(work.durationMs),
    sessionWrites: Math.round(expectedSessionWrites(plan, work)),
    usage,
    cost,
    per1000PagesUsd: pages === 0 ? 0 : (1_000 * cost.totalUsd) / pages,
  };
}
