/**
 * Makes small faults in the files of a folder, one at a time, and says which of them no test sees:
 * `npm run mutate -- FOLDER [TEST…] [--max N] [--seed N] [--tests N] [--json]`. The work tree is not touched: it works
 * in a copy. A fault counts as killed when a test fails, or takes far longer than without it. Tests are the nearest by
 * imports, and those named.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { applyMutant, findMutants, type Mutant, sample } from './mutants.ts';
import { readImporters, relatedTests } from './related-tests.ts';
import { passingTests, runTests } from './run-tests.ts';
import { copyTree, type TreeCopy } from './tree-copy.ts';

type End = 'killed' | 'survived' | 'timed out' | 'without tests';

interface Result extends Pick<Mutant, 'line' | 'change'> {
  file: string;
  end: End;
}

/** Tests of emulators and of whole deployments take minutes; those of the tree read files, not code. */
const leftOut =
  /^test\/(aws|chaos|package|bench|docs|release|simulation|mutate|stores\/aws\/moto)\b|^test\/[^/]+$/;
const baselineLimitMs = 600_000;
/** A slower file of tests is left out, unless it was named: there are many faults, and each pays for it. */
const maxTestMs = 20_000;
/** A busy machine may start the runner so much later. */
const startMs = 30_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    max: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    // Nearest by imports: all that run a file of the engine would take minutes a fault.
    tests: { type: 'string', default: '6' },
    json: { type: 'boolean', default: false },
  },
});
const [folder, ...named] = positionals;
if (folder === undefined) throw new Error('name a folder or file, such as shared/engine');

using tree = copyTree(join(import.meta.dirname, '../..'));
const results = await mutate(tree, folder.replace(/\/$/, ''));
console.log(values.json ? JSON.stringify(summary(results), null, 2) : reportOf(results));

async function mutate({ path, files }: TreeCopy, under: string): Promise<Result[]> {
  const inFolder = files.filter((file) => file.endsWith('.ts') && `${file}/`.startsWith(`${under}/`));
  const all = inFolder.flatMap((file) =>
    findMutants(readFileSync(join(path, file), 'utf8')).map((mutant) => ({ file, mutant })),
  );
  const chosen = sample(all, Number(values.max), Number(values.seed));
  const importers = readImporters(path, files);
  const testsOf = (file: string) => {
    const related = relatedTests(file, importers).filter((test) => !leftOut.test(test));
    return [...new Set([...named, ...related.slice(0, Number(values.tests))])];
  };
  const needed = [...new Set(chosen.flatMap(({ file }) => testsOf(file)))];
  console.error(
    `${chosen.length} of ${all.length} faults; first ${needed.length} files of tests without any`,
  );
  const durations = await passingTests(path, needed, baselineLimitMs);
  const passing = new Map([...durations].filter(([test, ms]) => ms <= maxTestMs || named.includes(test)));
  const results: Result[] = [];
  for (const { file, mutant } of chosen) {
    const tests = testsOf(file).filter((test) => passing.has(test));
    const { line, change } = mutant;
    const result = { file, line, change, end: await endOf(path, file, mutant, tests, passing) };
    results.push(result);
    if (!values.json) console.log(lineOf(result));
  }
  return results;
}

async function endOf(
  root: string,
  file: string,
  mutant: Mutant,
  tests: string[],
  durations: Map<string, number>,
): Promise<End> {
  if (tests.length === 0) return 'without tests';
  const source = readFileSync(join(root, file), 'utf8');
  const usualMs = tests.reduce((sum, test) => sum + (durations.get(test) ?? 0), 0);
  writeFileSync(join(root, file), applyMutant(source, mutant));
  try {
    const end = await runTests(root, tests, startMs + 3 * usualMs);
    return end === 'failed' ? 'killed' : end === 'passed' ? 'survived' : end;
  } finally {
    writeFileSync(join(root, file), source);
  }
}

function lineOf({ file, line, change, end }: Result): string {
  return `${end.padEnd(9)} ${file}:${line}  ${change}`;
}

function summary(results: Result[]) {
  const count = (end: End, of = results) => of.filter((result) => result.end === end).length;
  const files = [...Map.groupBy(results, ({ file }) => file)].map(([file, of]) => ({
    file,
    killed: count('killed', of),
    survived: count('survived', of) + count('without tests', of),
    timedOut: count('timed out', of),
  }));
  const caught = count('killed') + count('timed out');
  const score = results.length === 0 ? 1 : caught / results.length;
  return { seed: Number(values.seed), mutants: results.length, score, files, results };
}

function reportOf(results: Result[]): string {
  const { files, score, mutants, seed } = summary(results);
  const survivors = results.filter(({ end }) => end === 'survived' || end === 'without tests').map(lineOf);
  return [
    '',
    'killed  survived  timed out  file',
    ...files.map(
      ({ file, killed, survived, timedOut }) =>
        `${String(killed).padStart(6)}  ${String(survived).padStart(8)}  ${String(timedOut).padStart(9)}  ${file}`,
    ),
    ...(survivors.length === 0 ? [] : ['', 'No test saw:', ...survivors]),
    '',
    `${(100 * score).toFixed(0)} % of ${mutants} mutants caught (seed ${seed})`,
  ].join('\n');
}
