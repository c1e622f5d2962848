import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { crawlTree, type Plan, type Point } from './growth/crawl-tree.ts';
import { stopOnSignals } from './peers/stop-on-signals.ts';
import { takeCores } from './peers/take-cores.ts';

export const curveNames = ['processes', 'hosts', 'links', 'pages'] as const;
export type CurveName = (typeof curveNames)[number];

export interface GrowthOptions {
  /** Some of `curveNames`. */
  curves: string[];
  /** No crawl has more pages. */
  largest: number;
  /** Worker processes, one point each; undefined: 1 and 2, and 4 where there are as many cores. */
  processes: number[] | undefined;
}

export interface GrowthResult {
  bench: 'growth';
  cores: number;
  curves: Partial<Record<CurveName, Point[]>>;
  /** For the curve of processes: how many times as fast as the first point. */
  speedUp?: SpeedUp[];
}

interface SpeedUp {
  processes: number;
  measured: number;
  /** With the server and the bench on a core of their own: their time on the workers' cores does not count. */
  serverApart: number;
}

const usual = { hosts: 1, linksPerPage: 15, processes: 1 };
/** A crawl slower than 100 pages a second is given up. */
const timeoutMs = { atLeast: 120_000, perPage: 10 };

/**
 * How rate, memory and disk of `spinneret run` change with the number of pages, processes, hosts and links.
 * Every point is a crawl by the real command line, of which every page is checked.
 */
export async function growth({ curves, largest, processes }: GrowthOptions): Promise<GrowthResult> {
  const cores = availableParallelism();
  const plans = plansOf(largest, processes ?? [1, 2, 4].filter((count) => count <= Math.max(2, cores)));
  const wanted = curves.map(toCurveName);
  using stop = stopOnSignals();
  const crawl = makeCrawl(stop.signal);
  const result: GrowthResult = { bench: 'growth', cores, curves: {} };
  for (const name of wanted) {
    const points: Point[] = [];
    for (const plan of plans[name]) {
      points.push(await crawl(plan));
      console.error(JSON.stringify({ curve: name, ...points.at(-1) }));
    }
    result.curves[name] = points;
  }
  const byProcesses = result.curves.processes;
  return byProcesses === undefined ? result : { ...result, speedUp: speedUpsOf(byProcesses, cores) };
}

function toCurveName(name: string): CurveName {
  const found = curveNames.find((known) => known === name);
  if (found === undefined) throw new Error(`no curve ${name}, but ${curveNames.join(', ')}`);
  return found;
}

function plansOf(largest: number, processes: number[]): Record<CurveName, Plan[]> {
  const capped = (pages: number) => Math.min(pages, largest);
  const sizes = new Set([1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000].map(capped));
  return {
    pages: [...sizes].map((pages) => ({ ...usual, pages })),
    processes: processes.map((count) => ({ ...usual, pages: capped(50_000), processes: count })),
    hosts: [1, 10, 100, 1_000, 10_000]
      .filter((hosts) => hosts <= largest)
      .map((hosts) => ({ ...usual, pages: capped(50_000), hosts })),
    links: [5, 15, 50, 150, 500].map((linksPerPage) => ({ ...usual, pages: capped(20_000), linksPerPage })),
  };
}

/** One process gets a core for itself; more share all cores with the server. */
function makeCrawl(stop: AbortSignal): (plan: Plan) => Promise<Point> {
  const all = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const { client } = takeCores();
  return (plan) => {
    const list = plan.processes === 1 ? String(client) : all;
    const timeout = AbortSignal.timeout(timeoutMs.atLeast + plan.pages * timeoutMs.perPage);
    return crawlTree(plan, { cores: { first: client, list }, signal: AbortSignal.any([stop, timeout]) });
  };
}

function speedUpsOf(points: Point[], cores: number): SpeedUp[] {
  const apart = ({ processes, pagesPerSScraping, serverBusy, benchBusy }: Point) => {
    const isAlone = processes < cores;
    const share = isAlone ? 0 : (serverBusy + benchBusy) / cores;
    return pagesPerSScraping / (1 - share);
  };
  const [first] = points;
  if (first === undefined) return [];
  return points.map((point) => ({
    processes: point.processes,
    measured: Number((point.pagesPerSScraping / first.pagesPerSScraping).toFixed(2)),
    serverApart: Number((apart(point) / apart(first)).toFixed(2)),
  }));
}
