/**
 * `node test/simulation/replay.ts --seed 123`: what happened in one simulation. `--from 1 --to 1000`: which
 * of many fail. With `--locks`, those of the locks; with `--ordered`, runs that fetch the best pages first.
 */
import { parseArgs } from 'node:util';
import { ordered } from './ordered.ts';
import { simulate } from './simulate.ts';
import { simulateLocks } from './simulate-locks.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    locks: { type: 'boolean' },
    ordered: { type: 'boolean' },
  },
});

const run = (seed: number) => {
  if (values.locks === true) return simulateLocks(seed);
  return simulate(seed, values.ordered === true ? ordered(seed) : undefined);
};

if (values.seed !== undefined) await replay(Number(values.seed));
else await sweep(Number(values.from ?? 1), Number(values.to ?? 1_000));

async function replay(seed: number): Promise<void> {
  const { history, violations, ...rest } = await run(seed);
  for (const line of history) console.log(line);
  console.log(rest);
  console.log(violations.length === 0 ? 'no violation' : violations.join('\n'));
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function sweep(from: number, to: number): Promise<void> {
  const startedAt = performance.now();
  const faults: Record<string, number> = {};
  let failed = 0;
  for (let seed = from; seed <= to; seed += 1) {
    const result = await run(seed).catch((error: Error) => ({
      violations: [`error: ${error.stack}`],
      faults: {},
      setting: '',
    }));
    for (const [kind, count] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + count;
    if (result.violations.length === 0) continue;
    failed += 1;
    if (failed <= 20) console.log(`seed ${seed} (${result.setting}): ${result.violations[0]}`);
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${to - from + 1} seeds, ${failed} failed, ${seconds} s`, faults);
  process.exitCode = failed === 0 ? 0 : 1;
}
