import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig, type ViteUserConfig } from 'vitest/config';
import LongestFirst from './test/longest-first.ts';
import { leftOutVariable } from './test/run-report.ts';

/** What holds for all files of tests. */
export const base = {
  globalSetup: ['test/aws/shared-emulators.ts'],
  pool: 'forks',
  // One more than there are cores: of a whole run, two fifths of the time is spent waiting, for processes, emulators and turns. With two
  // more it took longer, and what is measured by the clock failed.
  maxWorkers: availableParallelism() + 1,
  // Against what never ends. No bound of how fast something is: a busy machine may need ten times as long as an idle one.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
} satisfies ViteUserConfig['test'];

/**
 * Folders whose files run one after the other in the same processes. For most of them it takes longer to load the
 * product and its libraries anew than to run their tests. They leave nothing behind in their process, start no
 * emulator, and replace no module. Files that fill the memory, as those of the engine and the stack do, are none of
 * them: in a process that goes on, everything after them takes three times as long.
 */
const sharing =
  'corpora cost deployment export extract fetch job observe places schema sessions sources text'.split(' ');
const shared = [`test/{${sharing.join(',')}}/**/*.test.ts`];
/** Of these folders: each has a process of its own. */
const large = [
  'test/extract/article/article.test.ts',
  'test/extract/handlers.test.ts',
  'test/extract/handlers/**/*.test.ts',
  'test/extract/scan/read-scan.test.ts',
];

const leftOut = process.env[leftOutVariable]?.split(' ') ?? [];
const apart = {
  include: ['test/**/*.test.ts'],
  exclude: [...configDefaults.exclude, ...shared, ...leftOut],
};
const together = { include: shared, exclude: large, isolate: false };
const alone = { include: large };

export default defineConfig({
  test: {
    ...base,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { ...apart, name: 'apart' } },
      { extends: true, test: { ...together, name: 'together' } },
      { extends: true, test: { ...alone, name: 'alone' } },
    ],
  },
});
