/**
 * Makes small faults in the files of a folder, one at a time, and says which of them no test sees:
 * `npm run mutate -- FOLDER [TEST…] [--max N] [--seed N] [--tests N] [--json]`. The work tree is not touched: it works
 * in a copy. First the tests near by run once, and say which of them come to evaluate what will be faulty; of those,
 * the nearest are run with the fault. It counts as caught when one of them fails, or takes far longer than without it.
 * Where none sees it, and tests that may come there are too slow to be run, nothing is known, which is counted apart.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Choice, chooseTests } from './choose-tests.ts';
import { applyMutant, findMutants, type Mutant, sample } from './mutants.ts';
import { type End, lineOf, type Result, reportOf, summary } from './report.ts';
import { type Answer, TestRunner } from './run-tests.ts';
import type { FileReport, Order } from './runner.ts';
import { copyTree, type TreeCopy } from './tree-copy.ts';

/** Of an order that gives no clear answer. */
const maxAttempts = 4;
/** What a busy machine may take longer. */
const spareMs = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    max: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
});
const [folder, ...named] = positionals;
if (folder === undefined) throw new Error('name a folder or file, such as shared/engine');

// What is to be left behind by nobody goes as this process exits; without this, a signal ends it before.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
using tree = copyTree(join(import.meta.dirname, '../..'));
process.once('exit', tree[Symbol.dispose]);
const results = await mutate(tree, folder.replace(/\/$/, ''));
const whole = summary(results, Number(values.seed));
console.log(values.json ? JSON.stringify(whole, null, 2) : reportOf(whole));

async function mutate({ path, files }: TreeCopy, under: string): Promise<Result[]> {
  const inFolder = files.filter((file) => file.endsWith('.ts') && `${file}/`.startsWith(`${under}/`));
  const all = inFolder.flatMap((file) =>
    findMutants(readFileSync(join(path, file), 'utf8')).map((mutant) => ({ file, mutant })),
  );
  const chosen = sample(all, Number(values.max), Number(values.seed));
  console.error(`${chosen.length} of ${all.length} faults`);
  const choiceOf = await chooseTests({ path, files }, chosen, { named, max: Number(values.tests) });
  using runner = new TestRunner(path, 'first');
  const results: Result[] = [];
  for (const { file, mutant } of chosen) {
    const { line, change } = mutant;
    const result = { file, line, change, ...(await endOf(runner, path, file, mutant, choiceOf(mutant))) };
    results.push(result);
    if (!values.json) console.log(lineOf(result));
  }
  return results;
}

async function endOf(
  runner: TestRunner,
  root: string,
  file: string,
  mutant: Mutant,
  { tests, usualMs, left }: Choice,
): Promise<End> {
  if (tests.length === 0) return left.length === 0 ? { end: 'untested' } : { end: 'not run', left };
  const changed = join(root, file);
  const source = readFileSync(changed, 'utf8');
  writeFileSync(changed, applyMutant(source, mutant));
  try {
    const run: Run = (order) => runner.run({ ...order, changed }, spareMs + 4 * usualMs);
    const runWithout: Run = async (order) => {
      writeFileSync(changed, source);
      const answer = await run(order);
      writeFileSync(changed, applyMutant(source, mutant));
      return answer;
    };
    const end = await endOfOrder(runner, { tests }, run, runWithout);
    return end.end === 'survived' && left.length > 0 ? { end: 'not run', left } : end;
  } finally {
    writeFileSync(changed, source);
  }
}

type Run = (order: Order) => Promise<Answer>;

/**
 * All the tests pass without the fault: where one neither passed nor failed, the order was not carried out. What failed
 * must fail again, since a busy machine fails tests as well. Without a clear answer in the end it has survived.
 */
async function endOfOrder(runner: TestRunner, whole: Order, run: Run, runWithout: Run): Promise<End> {
  let order = whole;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const { reports, isLate } = await run(order);
    const by = reports.find(hasFailed)?.test;
    if (by !== undefined) {
      const failed = order.tests.filter(({ test }) => test === by);
      const again = { tests: failed.length > 0 ? failed : order.tests };
      if (!(await run(again)).reports.some(hasFailed)) continue;
      const isInPart = failed.some(({ ids }) => ids !== undefined);
      if (!isInPart || !(await runWithout(again)).reports.some(hasFailed)) return { end: 'killed', by };
      // These tests need those before them.
      order = { tests: order.tests.map((one) => (one.test === by ? { test: by } : one)) };
    } else if (isLate) {
      return { end: 'timed out' };
    } else if (reports.filter(({ state }) => state === 'passed').length === order.tests.length) {
      return { end: 'survived' };
    } else {
      runner.restart();
    }
  }
  return { end: 'survived' };
}

function hasFailed({ state }: FileReport): boolean {
  return state === 'failed';
}
