/**
 * A process that runs tests of its tree whenever it is asked to, in one Vitest, so that neither it nor the emulators
 * are started anew for each fault: `runner.ts whole|first` runs all the tests it is asked for, or until the first fails.
 */
import { createVitest, type TestModule, type TestSpecification } from 'vitest/node';
import { base } from '../../vitest.config.ts';

export interface TestFile {
  /** From the root of the tree. */
  test: string;
  /** Those of its tests that are to run; all without. */
  ids?: readonly string[];
}

export interface Order {
  tests: readonly TestFile[];
  /** A file that is another for this order alone: its absolute path. */
  changed?: string;
}

/** A file of tests that has ended, as soon as it has; then, that the order is done. */
export type Message = FileReport | 'done';

export interface FileReport {
  test: string;
  state: 'passed' | 'failed' | 'skipped';
  /** By the clock. */
  ms: number;
  /** Of a processor: a busy machine makes it hardly longer. */
  cpuMs: number;
  /** The tests in it. */
  count: number;
}

/** The nearest and quickest come first in an order, and stay so. */
class AsOrdered {
  async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }

  async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }
}

const vitest = await createVitest('test', {
  ...base,
  // Each file in a process of its own, whatever holds for `npm test`: the faulty file has to be loaded anew.
  config: false,
  include: ['test/**/*.test.ts'],
  watch: false,
  bail: process.argv[2] === 'first' ? 1 : 0,
  reporters: [{ onTestModuleEnd: (module) => send(reportOf(module)) }],
  setupFiles: ['test/mutate/name-test.ts'],
  sequence: { sequencer: AsOrdered },
});
let changedBefore: string | undefined;
process.on('message', async ({ tests, changed }: Order) => {
  // The one of the order before is as it was again.
  for (const file of [changedBefore, changed]) if (file !== undefined) vitest.invalidateFile(file);
  changedBefore = changed;
  const found = await vitest.globTestSpecifications(tests.map(({ test }) => test));
  const ordered = tests.flatMap(({ test, ids }) =>
    found
      .filter(({ moduleId }) => moduleId.endsWith(`/${test}`))
      .map((of) =>
        ids === undefined ? of : of.project.createSpecification(of.moduleId, { testIds: [...ids] }),
      ),
  );
  const { unhandledErrors } = await vitest.runTestSpecifications(ordered);
  // What nobody caught fails the run, as it does in `npm test`, whatever the tests say.
  if (unhandledErrors.length > 0) send({ test: 'uncaught', state: 'failed', ms: 0, cpuMs: 0, count: 0 });
  send('done');
});
send('done');

function send(message: Message): void {
  process.send?.(message);
}

function reportOf(module: TestModule): FileReport {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
    module.diagnostic();
  const ms = environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration;
  const state = module.state();
  return {
    test: module.relativeModuleId,
    state: !module.ok() ? 'failed' : state === 'passed' ? 'passed' : 'skipped',
    ms: Math.round(ms),
    cpuMs: module.meta().cpuMs ?? 0,
    count: [...module.children.allTests()].length,
  };
}
