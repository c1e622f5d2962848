import { describe, expect, it } from 'vitest';

/** Seeds in one test: few tests, and still a word of life now and then. */
const perTest = 500;

/** `SIMULATION_SEEDS=20001-40000` runs others than those that every build runs. */
const chosen = /^(\d+)-(\d+)$/.exec(process.env['SIMULATION_SEEDS'] ?? '');

/** What one simulation found wrong: its first violation, and how to see the rest. */
export interface Verdict {
  violations: string[];
  setting: string;
}

/** A share of the seeds 1 to `count`: the part with this index out of so many, that several processes may work on them. */
export function describeSeeds(
  name: string,
  share: { count: number; part: number; parts: number; replay: string },
  run: (seed: number) => Promise<Verdict>,
): void {
  const first = Number(chosen?.[1] ?? 1);
  const last = Number(chosen?.[2] ?? share.count);
  const size = Math.ceil((last - first + 1) / share.parts);
  const from = first + share.part * size;
  const to = Math.min(last, from + size - 1);
  describe(name, () => {
    for (let start = from; start <= to; start += perTest) {
      const end = Math.min(to, start + perTest - 1);
      it(`holds its invariants with the seeds ${start} to ${end}`, { timeout: 240_000 }, async () => {
        expect(await failuresOf(start, end, share.replay, run)).toEqual([]);
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
