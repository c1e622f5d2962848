import { type Cost, costOf, type Prices, type Usage } from '../../../shared/cost/cost.ts';
import { type BrowserUse, browserUse } from './browser-use.ts';
import { expectedSessionWrites, expectedUsage } from './expected-usage.ts';
import { expectedWork } from './expected-work.ts';
import type { RunPlan } from './run-plan.ts';

export interface Estimate {
  pages: number;
  batches: number;
  /** Messages that are sent again to wait for their host. */
  deferrals: number;
  durationMs: number;
  /**
   * Of a run whose pages functions with a browser fetch: how many those are (`sent`), how many of them are read in it, and what the functions
   * cost, which is in the whole.
   */
  browser?: { pages: number; sent: number; usd: number; perMillionPagesUsd: number };
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
  const inBrowser = browserUse(plan);
  const usage = withBrowser(expectedUsage(plan, work), inBrowser);
  const cost = costOf(usage, prices);
  return {
    pages,
    batches: Math.round(work.batches),
    deferrals: Math.round(work.deferrals),
    durationMs: Math.round(Math.max(work.durationMs, inBrowser?.durationMs ?? 0)),
    ...priceOf(inBrowser, prices),
    sessionWrites: Math.round(expectedSessionWrites(plan, work)),
    usage,
    cost,
    per1000PagesUsd: pages === 0 ? 0 : (1_000 * cost.totalUsd) / pages,
  };
}

function withBrowser(usage: Usage, use: BrowserUse | undefined): Usage {
  return use === undefined ? usage : { ...usage, lambdaX86MbMs: Math.ceil(use.mbMs) };
}

function priceOf(use: BrowserUse | undefined, prices: Prices | undefined): Pick<Estimate, 'browser'> {
  if (use === undefined || use.sent === 0) return {};
  const usd = costOf({ lambdaX86MbMs: use.mbMs }, prices).totalUsd;
  const { pages, sent } = use;
  const perMillionPagesUsd = (1e6 * usd) / sent;
  return { browser: { pages: Math.round(pages), sent: Math.round(sent), usd, perMillionPagesUsd } };
}
