import type { Choice } from './choose-tests.ts';
import type { End } from './report.ts';
import type { Answer } from './run-tests.ts';
import type { FileReport, Order, TestFile } from './runner.ts';

/** Of an order that gives no clear answer. */
const maxAttempts = 4;
/** Of the clock: what a process takes to begin, and a machine that is busy for a moment. */
const spareMs = 10_000;
/** How much longer than without a fault the tests take before they count as late. */
const maxFactor = 4;

export type Run = (order: Order, limitMs: number) => Promise<Answer>;

export interface Runs {
  withFault: Run;
  without: Run;
  /** The next order is for a new process. */
  restart(): void;
}

/**
 * What comes of a fault. All the tests passed without it once; where one neither passed nor failed, the order was not
 * carried out. A busy machine fails tests and holds them up as well: what failed or was late has to pass without the fault
 * at once, and the time that it takes then is the measure when it is run with the fault once more. Without a clear answer in
 * the end the fault has survived.
 */
export async function endOfFault(
  { tests, usualMs }: Pick<Choice, 'tests' | 'usualMs'>,
  runs: Runs,
): Promise<End> {
  let order = tests;
  let limitMs = limitOf(usualMs);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const answer = await runs.withFault({ tests: order }, limitMs);
    if (hasPassed(answer, order)) return { end: 'survived' };
    const suspects = suspectsOf(answer, order);
    if (suspects.length === 0) {
      runs.restart();
      continue;
    }
    const without = await runs.without({ tests: suspects }, limitMs);
    if (hasPassed(without, suspects)) {
      const end = endOf(await runs.withFault({ tests: suspects }, limitOf(without.ms)));
      if (end !== undefined) return end;
    } else {
      // Some tests of a file need those before them; and some machines need more time.
      const failed = new Set(without.reports.filter(hasFailed).map(({ test }) => test));
      order = order.map((one) => (failed.has(one.test) ? { test: one.test } : one));
      limitMs *= 2;
    }
  }
  return { end: 'survived' };
}

/** What failed; where nothing did and time ran out, what has not ended. Empty where the order was not carried out. */
function suspectsOf({ reports, isLate }: Answer, order: readonly TestFile[]): readonly TestFile[] {
  const failed = reports.find(hasFailed)?.test;
  if (failed !== undefined) {
    const own = order.filter(({ test }) => test === failed);
    // What nobody caught is no file's own.
    return own.length > 0 ? own : order;
  }
  if (!isLate) return [];
  const ended = new Set(reports.map(({ test }) => test));
  const open = order.filter(({ test }) => !ended.has(test));
  return open.length > 0 ? open : order;
}

function endOf({ reports, isLate }: Answer): End | undefined {
  const by = reports.find(hasFailed)?.test;
  if (by !== undefined) return { end: 'killed', by };
  return isLate ? { end: 'timed out' } : undefined;
}

function limitOf(usualMs: number): number {
  return spareMs + maxFactor * usualMs;
}

function hasPassed({ reports, isLate }: Answer, order: readonly TestFile[]): boolean {
  return !isLate && reports.length === order.length && reports.every(({ state }) => state === 'passed');
}

function hasFailed({ state }: FileReport): boolean {
  return state === 'failed';
}
