import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/aws/shared-emulators.ts'],
    pool: 'forks',
    // The default leaves a core to the runner, which hardly needs it.
    maxWorkers: availableParallelism(),
    // Against what never ends. No bound of how fast something is: a busy machine may need ten times as long as an idle one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
