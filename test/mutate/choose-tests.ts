import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';
import { insertProbes, limitVariable, readPassed } from './probes.ts';
import { ownFolder, readImporters, relatedTests } from './related-tests.ts';
import { TestRunner } from './run-tests.ts';
import type { TreeCopy } from './tree-copy.ts';

/** Tests of emulators and of whole deployments take minutes; those of the tree read files, not code. */
const leftOut =
  /^test\/(aws\/(?!runtime|rules)|chaos|package|bench|docs|release|mutate|stores\/aws\/moto)\b|^test\/[^/]+$/;
/** The nearest of a file by imports: whatever runs a file of the engine would be most of the suite. */
const maxNear = 16;
/** The nearest of each file come first; what has not ended by then is left out. */
const baselineMs = 180_000;
/** A slower file of tests is left out: there are many faults, and each pays for it. */
const maxTestMs = 45_000;
/** The tests of one fault together. */
const maxFaultMs = 20_000;
/** These times are of a machine that does nothing else: on a busy one they are longer, up to so many times. */
const maxSlowdown = 4;

interface Fault {
  file: string;
  mutant: Mutant;
}

/** The files of tests for one fault, with how long each takes without it. */
export type TestsOf = (mutant: Mutant) => ReadonlyMap<string, number>;

/** Runs the tests that may see the faults, once, in a tree without any, to see which of them do come there. */
export async function chooseTests(
  { path, files }: Pick<TreeCopy, 'path' | 'files'>,
  faults: readonly Fault[],
  { named, max }: { named: readonly string[]; max: number },
): Promise<TestsOf> {
  const importers = readImporters(path, files);
  const near = (file: string) =>
    relatedTests(file, importers)
      .filter((test) => !leftOut.test(test))
      .slice(0, maxNear);
  const nearest = new Map([...new Set(faults.map(({ file }) => file))].map((file) => [file, near(file)]));
  const needed = [...new Set([...named, ...inTurn([...nearest.values()])])];
  console.error(`first ${needed.length} files of tests without any`);
  const log = join(path, 'mutate-passed.log');
  const slowdown = Math.min(maxSlowdown, Math.max(1, (loadavg()[0] ?? 1) / availableParallelism()));
  const durations = await withProbes(path, faults, log, () => passingTests(path, needed, slowdown));
  const passed = readPassed(path, log);

  return (mutant) => {
    const id = faults.findIndex((fault) => fault.mutant === mutant);
    const { file = '' } = faults[id] ?? {};
    const fit = [...new Set([...named, ...(nearest.get(file) ?? [])])].flatMap((test) => {
      const ms = durations.get(test);
      return ms !== undefined && passed.get(id)?.has(test) ? [{ test, ms }] : [];
    });
    // Most tests of a folder are equally near to its files: of the quick ones there is time for more.
    const isOwn = ({ test }: { test: string }) => test.startsWith(ownFolder(file));
    const own = fit.filter(isOwn).toSorted((a, b) => a.ms - b.ms);
    const tests = new Map<string, number>();
    let sumMs = 0;
    for (const { test, ms } of [...own, ...fit.filter((one) => !isOwn(one))]) {
      if (tests.size >= max || sumMs > maxFaultMs * slowdown) break;
      tests.set(test, ms);
      sumMs += ms;
    }
    return tests;
  };
}

async function withProbes<T>(
  root: string,
  faults: readonly Fault[],
  log: string,
  run: () => Promise<T>,
): Promise<T> {
  const probes = faults.map(({ file, mutant: { probed } }, id) => ({ file, id, probed }));
  const sources = [...Map.groupBy(probes, ({ file }) => file)].map(([file, of]) => {
    const source = readFileSync(join(root, file), 'utf8');
    writeFileSync(join(root, file), insertProbes(source, of, log));
    return { file, source };
  });
  try {
    return await run();
  } finally {
    for (const { file, source } of sources) writeFileSync(join(root, file), source);
  }
}

async function passingTests(root: string, tests: string[], slowdown: number): Promise<Map<string, number>> {
  using runner = new TestRunner(root, 'whole', { [limitVariable]: String(maxTestMs * slowdown) });
  const { reports } = await runner.run({ tests }, baselineMs * slowdown);
  const passed = new Map(reports.filter(({ state }) => state === 'passed').map(({ test, ms }) => [test, ms]));
  const others = tests.filter((test) => !passed.has(test));
  if (others.length > 0) console.error(`left out, since too slow, skipped or failing: ${others.join(', ')}`);
  return passed;
}

/** The first of each list, then the second of each, and so on. */
function inTurn<T>(lists: readonly T[][]): T[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
}
