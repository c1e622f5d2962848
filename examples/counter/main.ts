/** Several processes add to one counter, in four ways: `node examples/counter/main.ts --help`. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { onAws } from '../../cli/aws/on-aws.ts';
import { wholeNumber } from '../../cli/command.ts';
import { reportError } from '../../cli/report-error.ts';
import type { StoreAddress } from '../../library/open-store.ts';
import { openPool } from '../../shared/pool/pool.ts';
import { partial, type Task, task } from '../../shared/pool/task.ts';
import { formatCount, formatDuration } from '../../shared/text/format.ts';
import type { Orders } from './increments.ts';
import * as increments from './increments.ts';

const module = new URL('./increments.ts', import.meta.url);

const ways: Record<string, Task<[Orders, process: number], void>> = {
  'no lock': task(module, increments.withoutLock),
  'await using': task(module, increments.withAwaitUsing),
  'acquire, release': task(module, increments.withAcquireAndRelease),
  'atomic add': task(module, increments.withAtomicAdd),
};

interface Options {
  processes: number;
  increments?: number;
  aws?: boolean;
  table?: string;
  region?: string;
  json?: boolean;
}

interface Row {
  way: string;
  expected: number;
  actual: number;
  lost: number;
  ms: number;
}

const command = new Command('counter')
  .description('Several processes add to one counter, in four ways. Without a lock updates are lost.')
  .option('--processes <n>', 'processes', wholeNumber(1, 64), Math.max(4, availableParallelism()))
  .option('--increments <m>', 'how often each adds one (default: 250; on AWS 25)', wholeNumber(1))
  .option('--aws', 'on the DynamoDB table of the deployed stack, not on a SQLite file')
  .option('--table <name>', 'with --aws: another table, with partition key pk (string)')
  .option('--region <region>', 'AWS region (default: AWS_REGION, or that of the profile)')
  .option('--json', 'print JSON, for machines')
  .addHelpText('after', '\nExample:\n  $ node examples/counter/main.ts --processes 8 --increments 100')
  .action(main);

try {
  await command.parseAsync();
} catch (error) {
  process.exitCode = reportError(error, process.argv.includes('--json'));
}

async function main(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'spinneret-counter-'));
  try {
    const store = await addressOf(options, folder);
    const rows = await countInAllWays(store, options);
    if (options.json === true) console.log(JSON.stringify(rows, null, 2));
    const isExact = rows.slice(1).every(({ lost }) => lost === 0);
    if (!isExact) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function addressOf({ aws, table, region }: Options, folder: string): Promise<StoreAddress> {
  if (aws !== true) return { file: join(folder, 'store.db') };
  const where = region === undefined ? {} : { region };
  if (table !== undefined) return { table, ...where };
  return onAws('counter', where, async ({ stack }) => ({ table: stack.table, region: stack.region }));
}

async function countInAllWays(store: StoreAddress, options: Options): Promise<Row[]> {
  const { processes, json } = options;
  const times = options.increments ?? ('table' in store ? 25 : 250);
  const say = json === true ? () => undefined : console.log;
  const where = 'file' in store ? 'a SQLite file' : `the table ${store.table}`;
  say(`${formatCount(processes)} processes add ${formatCount(times)} each, on ${where}\n`);
  say(line(['', 'expected', 'actual', 'lost', 'time']));
  const rows: Row[] = [];
  await using pool = openPool({ size: processes });
  const addNothing = { store, counter: 'none', increments: 0 };
  await pool.map(Array(processes).keys(), partial(task(module, increments.withAtomicAdd), addNothing));
  for (const [way, add] of Object.entries(ways)) {
    const orders: Orders = { store, counter: `example-${randomUUID()}`, increments: times };
    const startedAt = performance.now();
    await pool.map(Array(processes).keys(), partial(add, orders));
    const ms = performance.now() - startedAt;
    const expected = processes * times;
    const actual = await increments.readTotal(orders);
    rows.push({ way, expected, actual, lost: expected - actual, ms: Math.round(ms) });
    say(line([way, ...[expected, actual, expected - actual].map(formatCount), formatDuration(ms)]));
  }
  return rows;
}

function line([first = '', ...others]: string[]): string {
  return first.padEnd(18) + others.map((cell) => cell.padStart(10)).join('');
}
