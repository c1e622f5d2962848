import type { Checked, Contestant } from './contestant.ts';
import type { PinnedRun } from './run-pinned.ts';

export interface Figures extends Checked {
  pagesPerS: number;
  cpuMsPerPage: number;
  /** Of the whole tree at one time. */
  peakMb: number;
  largestProcessMb: number;
  /** CPU of the contestant over the time on the wall: well below 1 and not waiting, it had to share its core. */
  clientBusy: number;
  /** CPU of the server over the time on the wall: near 1, the server is what was measured. */
  serverBusy: number;
  /** What else a bench counts. */
  [figure: string]: number;
}

type Named = Pick<Contestant, 'name' | 'does'> & { version: string };

/** What a contestant did in one run: figures, or why there are none. */
export type Result = Figures | { failed: string };

/** `serverMs`: CPU time of the server during the run. */
export function figuresOf(done: PinnedRun, checked: Checked, serverMs: number): Figures {
  return {
    ...checked,
    pagesPerS: Math.round((checked.pages / done.ms) * 1_000),
    cpuMsPerPage: rounded(done.cpuMs / checked.pages),
    peakMb: done.peakMb,
    largestProcessMb: done.largestMb,
    clientBusy: rounded(done.cpuMs / done.ms),
    serverBusy: rounded(serverMs / done.ms),
  };
}

/** `results`: run by run, those of the contestants in their order. The first is what the others are compared with. */
export function compare(contestants: Named[], results: Result[][]): object {
  const compared = contestants.map(({ name, does, version }, index) => {
    const own = results.map((round) => round[index]);
    const figures = own.filter(hasFigures);
    const ratios = (figure: Compared) =>
      spread(results.flatMap((round) => ratioOf(figure, round[0], round[index])));
    const failures = own.flatMap((result) => (result && 'failed' in result ? [result.failed] : []));
    return {
      name,
      version,
      does,
      ...spreads(figures),
      /** Pages per second of Spinneret over those of this one, run by run. */
      spinneretIsTimes: ratios('pagesPerS'),
      /** The same of CPU time a page, which a machine that is shared changes less. */
      spinneretCpuIsTimes: ratios('cpuMsPerPage'),
      ...(failures.length === 0 ? {} : { failures }),
    };
  });
  return { contestants: compared };
}

/** Pages and items are those of the first run, for a run with others has no figures. */
function spreads(figures: Figures[]): object {
  const [first] = figures;
  if (first === undefined) return {};
  const { pages, items, ...others } = first;
  const names = Object.keys(others);
  const spreadOf = (name: string) => spread(figures.flatMap(({ [name]: value }) => value ?? []));
  return { pages, items, ...Object.fromEntries(names.map((name) => [name, spreadOf(name)])) };
}

type Compared = 'pagesPerS' | 'cpuMsPerPage';

function ratioOf(figure: Compared, spinnerets: Result | undefined, others: Result | undefined): number[] {
  return hasFigures(spinnerets) && hasFigures(others) ? [rounded(spinnerets[figure] / others[figure])] : [];
}

function hasFigures(result: Result | undefined): result is Figures {
  return result !== undefined && 'pagesPerS' in result;
}

function spread(values: number[]): { median: number; min: number; max: number } | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (min === undefined || max === undefined || low === undefined || high === undefined) return undefined;
  return { median: rounded((low + high) / 2), min, max };
}

export function rounded(value: number): number {
  return Number(value.toFixed(3));
}
