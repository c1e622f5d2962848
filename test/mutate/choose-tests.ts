import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Mutant } from './mutants.ts';
import { insertProbes, limitVariable, type Passing, readPassed } from './probes.ts';
import { ownFolder, readImporters, relatedTests } from './related-tests.ts';
import { TestRunner } from './run-tests.ts';
import type { FileReport, TestFile } from './runner.ts';
import type { TreeCopy } from './tree-copy.ts';

/** Tests of whole deployments and of many seeds take minutes; those of the tree read files, not code. */
const leftOut =
  /^test\/(simulation\/.*seeds|aws\/(?!runtime|rules)|chaos|package|bench|docs|release|mutate|stores\/aws\/moto)\b|^test\/[^/]+$/;
/** An emulator takes longer to begin than most tests: these are for the faults of their own folders. */
const emulated = /^test\/(aws|cli\/aws|cli\/doctor\/aws|examples|functions|stores\/aws)\b/;
/** Of those outside of a file's own folder, the nearest by name and imports: whatever runs the engine would be most of the suite. */
const maxOthers = 8;
/** By the clock: the nearest of each file come first; what has not ended by then is not run. */
const baselineMs = 600_000;
/** Of a processor: a file of tests that takes more is not run: there are many faults, and each pays for it. */
const maxTestCpuMs = 45_000;
/** Of a processor: the tests of one fault together. Only one that survives takes them all. */
const maxFaultCpuMs = 90_000;
/** Times by the clock are of a machine that does nothing else: on a busy one they are longer, up to so many times. */
const maxSlowdown = 4;

/** It sees most faults of whatever it comes to, in seconds: it is run for them all, however far away it is. */
const wholeRuns = 'test/simulation/recorded-runs.test.ts';

interface Fault {
  file: string;
  mutant: Mutant;
}

export interface Choice {
  /** What to run. */
  tests: readonly TestFile[];
  /** How long these files take without a fault: milliseconds, by the clock. */
  usualMs: number;
  /** Those that come, or may come, to evaluate what is faulty, but are too slow, or fail without any fault. */
  left: string[];
}

/** Runs the tests that may see the faults, once, in a tree without any, to see which of them do come there. */
export async function chooseTests(
  { path, files }: Pick<TreeCopy, 'path' | 'files'>,
  faults: readonly Fault[],
  { named, max }: { named: readonly string[]; max: number },
): Promise<(mutant: Mutant) => Choice> {
  const importers = readImporters(path, files);
  const near = (file: string) => {
    const isOwn = (test: string) => test.startsWith(ownFolder(file));
    const related = relatedTests(file, importers).filter(
      (test) => !leftOut.test(test) && (isOwn(test) || !emulated.test(test)),
    );
    // Within a folder distances say little: most tests of the engine begin at the same file.
    const ownCount = related.filter(isOwn).length;
    const nearest = related.slice(0, ownCount + maxOthers);
    return related.includes(wholeRuns) ? [...new Set([wholeRuns, ...nearest])] : nearest;
  };
  const nearest = new Map([...new Set(faults.map(({ file }) => file))].map((file) => [file, near(file)]));
  const needed = [...new Set([...named, ...inTurn([...nearest.values()])])];
  console.error(`first ${needed.length} files of tests without any`);
  const log = join(path, 'mutate-passed.log');
  const reports = await withProbes(path, faults, log, () => runWithout(path, needed));
  const passed = readPassed(path, log);

  return (mutant) => {
    const id = faults.findIndex((fault) => fault.mutant === mutant);
    const { file = '' } = faults[id] ?? {};
    const own = ownFolder(file);
    const reaching: Passing = passed.get(id) ?? new Map();
    // What runs for the sake of other files may come there as well.
    const others = needed.filter((test) => reaching.has(test));
    const tests = [...new Set([...named, ...(nearest.get(file) ?? []), ...others])];
    return fitting(tests, { reports, reaching, own, max });
  };
}

interface Known {
  reports: ReadonlyMap<string, FileReport>;
  /** Those that evaluated what will be faulty. */
  reaching: Passing;
  /** The folder whose tests come first. */
  own: string;
  max: number;
}

/**
 * Most tests of a folder are equally near to its files: of those that take little of a processor, more are run. Of
 * each file those tests alone that come to the fault, unless it is passed outside of any.
 */
export function fitting(near: readonly string[], { reports, reaching, own, max }: Known): Choice {
  const isOwn = ({ test }: FileReport) => test === wholeRuns || test.startsWith(own);
  const fit = near.flatMap((test) => {
    const report = reports.get(test);
    return report?.state === 'passed' && reaching.has(test) ? [report] : [];
  });
  const idsIn = ({ test }: FileReport) => {
    const ids = [...(reaching.get(test) ?? [])];
    return ids.includes('') ? undefined : ids;
  };
  const costOf = (one: FileReport) => one.cpuMs * ((idsIn(one)?.length ?? one.count) / one.count);
  const ownFirst = [
    ...fit.filter(isOwn).toSorted((a, b) => costOf(a) - costOf(b)),
    ...fit.filter((one) => !isOwn(one)),
  ];
  const tests: TestFile[] = [];
  let [sumMs, usualMs] = [0, 0];
  for (const one of ownFirst) {
    sumMs += costOf(one);
    if (tests.length > 0 && (tests.length >= max || sumMs > maxFaultCpuMs)) break;
    const ids = idsIn(one);
    tests.push({ test: one.test, ...(ids === undefined ? {} : { ids }) });
    usualMs += one.ms;
  }
  const mayReach = near.filter((test) => {
    const state = reports.get(test)?.state;
    return state === undefined || state === 'failed' || (state === 'passed' && reaching.has(test));
  });
  const chosen = new Set(tests.map(({ test }) => test));
  return { tests, usualMs, left: mayReach.filter((test) => !chosen.has(test)) };
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

/** What fails is run again, since a busy machine fails tests as well. */
async function runWithout(root: string, tests: string[]): Promise<Map<string, FileReport>> {
  const slowdown = Math.min(maxSlowdown, Math.max(1, (loadavg()[0] ?? 1) / availableParallelism()));
  using runner = new TestRunner(root, 'whole', { [limitVariable]: String(maxTestCpuMs) });
  const first = await runner.run({ tests: filesOf(tests) }, baselineMs * slowdown);
  const failed = first.reports.filter(({ state }) => state === 'failed').map(({ test }) => test);
  const again = failed.filter((test) => tests.includes(test));
  const second = again.length === 0 ? [] : (await runner.run({ tests: filesOf(again) }, baselineMs)).reports;
  const reports = new Map([...first.reports, ...second].map((report) => [report.test, report]));
  const named = (state: FileReport['state'] | undefined) =>
    tests.filter((test) => reports.get(test)?.state === state).join(', ');
  for (const [what, names] of [
    ['not run, since too slow', named(undefined)],
    ['not run, since failing or too slow without a fault', named('failed')],
    ['skipped', named('skipped')],
  ] as const)
    if (names !== '') console.error(`${what}: ${names}`);
  return reports;
}

const filesOf = (tests: readonly string[]): TestFile[] => tests.map((test) => ({ test }));

/** The first of each list, then the second of each, and so on. */
function inTurn<T>(lists: readonly T[][]): T[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
}
