import type { Checked, Contestant } from './contestant.ts';
import type { PinnedRun } from './run-pinned.ts';

interface Figures extends Checked {
  pagesPerS: number;
  cpuSPer1000Pages: number;
  /** Of the whole tree at one time. */
  peakMb: number;
  largestProcessMb: number;
  /** CPU of the server over the time on the wall: near 1, the server is what was measured. */
  serverBusy: number;
}

type Named = Pick<Contestant, 'name' | 'does'> & { version: string };

/** What a contestant did in one run: figures, or why there are none. */
export type Result = Figures | { failed: string };

/** `serverMs`: CPU time of the server during the run. */
export function figuresOf(done: PinnedRun, checked: Checked, serverMs: number): Figures {
  return {
    ...checked,
    pagesPerS: Math.round((checked.pages / done.ms) * 1_000),
    cpuSPer1000Pages: rounded(done.cpuMs / checked.pages),
    peakMb: done.peakMb,
    largestProcessMb: done.largestMb,
    serverBusy: rounded(serverMs / done.ms),
  };
}

/** `results`: run by run, those of the contestants in their order. The first is what the others are compared with. */
export function compare(contestants: Named[], results: Result[][]): object {
  const compared = contestants.map(({ name, does, version }, index) => {
    const own = results.map((round) => round[index]);
    const ratios = results.flatMap((round) => ratioOf(round[0], round[index]));
    const figures = own.filter(hasFigures);
    const failures = own.flatMap((result) => (result && 'failed' in result ? [result.failed] : []));
    return {
      name,
      version,
      does,
      ...spreads(figures),
      /** Pages per second of Spinneret over those of this one, run by run. */
      spinneretIsTimes: spread(ratios),
      ...(failures.length === 0 ? {} : { failures }),
    };
  });
  return { contestants: compared };
}

function spreads(figures: Figures[]): object {
  return {
    pages: figures[0]?.pages,
    items: figures[0]?.items,
    pagesPerS: spread(figures.map(({ pagesPerS }) => pagesPerS)),
    cpuSPer1000Pages: spread(figures.map(({ cpuSPer1000Pages }) => cpuSPer1000Pages)),
    peakMb: spread(figures.map(({ peakMb }) => peakMb)),
    largestProcessMb: spread(figures.map(({ largestProcessMb }) => largestProcessMb)),
    serverBusy: spread(figures.map(({ serverBusy }) => serverBusy)),
  };
}

function ratioOf(spinnerets: Result | undefined, others: Result | undefined): number[] {
  return hasFigures(spinnerets) && hasFigures(others)
    ? [rounded(spinnerets.pagesPerS / others.pagesPerS)]
    : [];
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

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
