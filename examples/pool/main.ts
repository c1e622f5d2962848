/** `node examples/pool/main.ts`: what `openPool` does, by five greetings and by primes. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { makeTicker } from '../../cli/progress/ticker.ts';
import { reportError } from '../../cli/report-error.ts';
import { usageError } from '../../cli/usage-error.ts';
import { openPool, type Pool } from '../../shared/pool/pool.ts';
import { partial, task } from '../../shared/pool/task.ts';
import { formatCount, formatDuration, formatNoun, formatTable } from '../../shared/text/format.ts';
import { countPrimes, type Range, splitRange } from './count-primes.ts';
import { greet } from './greet.ts';

const names = ['Ada', 'Blaise', 'Charles', 'Dorothy', 'Edsger'];

const help = `Five processes greet, then primes are counted: by one process, and by one per core.

Usage: node examples/pool/main.ts [options]

  --limit NUMBER      count the primes up to here (default 20000000)
  --processes NUMBER  processes that count (default: the cores of this machine, here ${availableParallelism()})
  --help              show this

  $ node examples/pool/main.ts --limit 1000000`;

try {
  const options = readOptions();
  if (options === undefined) console.log(help);
  else {
    await greetFive();
    await compare(options.limit, options.processes);
  }
} catch (error) {
  process.exitCode = reportError(error, false);
}

async function greetFive(): Promise<void> {
  await using pool = openPool({ size: names.length });
  const hello = partial(task(new URL('./greet.ts', import.meta.url), greet), 'Hello');
  for (const line of await pool.map(names, hello)) console.log(line);
  console.log();
}

/** Counts in this process, then in others, and shows both times. */
async function compare(limit: number, processes: number): Promise<void> {
  const ranges = splitRange(limit);
  const alone = await timed(async () => countHere(ranges));
  const together = await timed(async () => {
    // Starting the processes is part of the measured time.
    await using pool = openPool({ size: processes });
    return await countInPool(pool, ranges);
  });
  if (alone.value !== together.value) throw new Error(`${alone.value} primes are not ${together.value}`);
  const rows = [
    [`primes up to ${formatCount(limit)}`, 'count', 'time', 'speed-up'],
    ['one process', formatCount(alone.value), formatDuration(alone.ms), '1.00'],
    [
      `map over ${formatNoun(processes, 'process', 'processes')}`,
      formatCount(together.value),
      formatDuration(together.ms),
      (alone.ms / together.ms).toFixed(2),
    ],
  ];
  for (const line of formatTable(rows, [1, 2, 3])) console.log(line);
}

function countHere(ranges: Range[]): number {
  let done = 0;
  using ticker = makeTicker(() => `one process: ${done} of ${ranges.length} ranges`);
  return ranges.reduce((sum, range) => {
    const count = countPrimes(range);
    done += 1;
    ticker.tick();
    return sum + count;
  }, 0);
}

async function countInPool(pool: Pool, ranges: Range[]): Promise<number> {
  let read = 0;
  using ticker = makeTicker(
    () => `${pool.pids().length} processes: ${read} of ${ranges.length} ranges begun`,
  );
  function* watched(): Generator<Range> {
    for (const range of ranges) {
      read += 1;
      ticker.tick();
      yield range;
    }
  }
  const counts = await pool.map(watched(), task(new URL('./count-primes.ts', import.meta.url), countPrimes));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function timed<T>(run: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const startedAt = performance.now();
  const value = await run();
  return { value, ms: performance.now() - startedAt };
}

/** Undefined when help was asked for. */
function readOptions(): { limit: number; processes: number } | undefined {
  const { limit, processes, help: isHelp } = parseOptions();
  if (isHelp) return undefined;
  return {
    limit: wholeNumber('limit', limit, 20_000_000, 1_000_000_000),
    processes: wholeNumber('processes', processes, availableParallelism(), 256),
  };
}

function parseOptions() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ options: { limit: text, processes: text, help: { type: 'boolean', short: 'h' } } })
      .values;
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string | undefined, fallback: number, highest: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= highest) return value;
  throw usageError(
    `--${name} is a whole number from 1 to ${formatCount(highest)}, not ${JSON.stringify(text)}`,
  );
}
