import { describe, expect, it } from 'vitest';
import { isWhole, noteSample } from '../sample.ts';

/** Seeds in one test: few tests, and still a word of life now and then. */
const perTest = 500;

/** `SIMULATION_SEEDS=20001-40000` runs others than those that every build runs. */
const chosen = /^(\d+)-(\d+)$/.exec(process.env['SIMULATION_SEEDS'] ?? '');

/** What one simulation found wrong: its first violation, and how to see the rest. */
export interface Verdict {
  violations: string[];
  setting: string;
}

/** The seeds from 1 on: so many in a sample, and so many in all. */
export function describeSeeds(
  name: string,
  { count, sample, replay }: { count: number; sample: number; replay: string },
  run: (seed: number) => Promise<Verdict>,
): void {
  const isSample = !isWhole && chosen === null;
  const first = Number(chosen?.[1] ?? 1);
  const last = Number(chosen?.[2] ?? (isSample ? sample : count));
  describe(name, () => {
    for (let start = first; start <= last; start += perTest) {
      const end = Math.min(last, start + perTest - 1);
      it(`holds its invariants with the seeds ${start} to ${end}`, { timeout: 240_000 }, async ({ task }) => {
        if (isSample && end === last) noteSample(task, 'seeds', count, sample);
        expect(await failuresOf(start, end, replay, run)).toEqual([]);
      });
    }
  });
}

const maxFailures = 5;

async function failuresOf(
  from: number,
  to: number,
  replay: string,
  run: (seed: number) => Promise<Verdict>,
): Promise<string[]> {
  const failures: string[] = [];
  for (let seed = from; seed <= to && failures.length < maxFailures; seed += 1) {
    const { violations, setting } = await run(seed).catch((error: unknown) => ({
      violations: [String(error)],
      setting: 'broken off',
    }));
    if (violations.length === 0) continue;
    failures.push(`seed ${seed} (${setting}): ${violations[0]}; ${replay} --seed ${seed}`);
  }
  return failures;
}
