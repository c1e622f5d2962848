/**
 * Makes small faults in the files of a folder, one at a time, and says which of them no test sees:
 * `npm run mutate -- FOLDER [TEST…] [--max N] [--seed N] [--tests N] [--json]`. The work tree is not touched: it works
 * in a copy. First the tests near by run once, and say which of them come to evaluate what will be faulty; of those,
 * the nearest are run with the fault. It counts as caught when one of them fails, or takes far longer than without it, and
 * then, run again, passes without the fault and not with it: on a busy machine tests fail and take long as well.
 * Where none sees it, and tests that may come there are too slow to be run, nothing is known, which is counted apart.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Choice, chooseTests } from './choose-tests.ts';
import { endOfFault, type Run } from './end-of-fault.ts';
import { applyMutant, findMutants, type Mutant, sample } from './mutants.ts';
import { type End, lineOf, type Result, reportOf, summary } from './report.ts';
import { TestRunner } from './run-tests.ts';
import { copyTree, type TreeCopy } from './tree-copy.ts';

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
  choice: Choice,
): Promise<End> {
  const { tests, left } = choice;
  if (tests.length === 0) return left.length === 0 ? { end: 'untested' } : { end: 'not run', left };
  const changed = join(root, file);
  const source = readFileSync(changed, 'utf8');
  const running =
    (text: string): Run =>
    (order, limitMs) => {
      writeFileSync(changed, text);
      return runner.run({ ...order, changed }, limitMs);
    };
  try {
    const end = await endOfFault(choice, {
      withFault: running(applyMutant(source, mutant)),
      without: running(source),
      restart: () => runner.restart(),
    });
    return end.end === 'survived' && left.length > 0 ? { end: 'not run', left } : end;
  } finally {
    writeFileSync(changed, source);
  }
}
