/** Long series: `npm test` runs a sample of them, the same each time, and `npm run test:whole` all of them. */
import type { TestContext } from 'vitest';

/** Name of the environment variable that has every series run whole, and leaves no file of tests out. */
export const wholeVariable = 'SPINNERET_TEST_WHOLE';

export const isWhole = process.env[wholeVariable] !== undefined;

declare module 'vitest' {
  interface TaskMeta {
    /** What a test ran of its series, where that was not all: `600 of 10,000 seeds`. */
    sample?: string;
  }
}

type Task = TestContext['task'];

/** All of the series, or the sample, which is noted for the closing lines of `npm test`. */
export function takeSample<T>(
  task: Task,
  what: string,
  all: readonly T[],
  sample: readonly T[],
): readonly T[] {
  if (isWhole || sample.length >= all.length) return all;
  noteSample(task, what, all.length, sample.length);
  return sample;
}

/** How many of a series that is drawn by number. */
export function sampleSize(task: Task, what: string, all: number, sample: number): number {
  if (isWhole) return all;
  noteSample(task, what, all, sample);
  return sample;
}

/** The same for what fast-check draws: of a sample it draws the same each time. */
export function drawSample(
  task: Task,
  what: string,
  all: number,
  sample: number,
): { numRuns: number; seed?: number } {
  const numRuns = sampleSize(task, what, all, sample);
  return isWhole ? { numRuns } : { numRuns, seed: 1 };
}

export function noteSample({ meta }: Task, what: string, all: number, sample: number): void {
  meta.sample = `${sample.toLocaleString('en')} of ${all.toLocaleString('en')} ${what}`;
}
