import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { everySetting, makeStacks, scheduledJob } from './synthesise.ts';

// The packs are asked directly: as plugins of the app they would end the synthesis of every other test.
describe.each([
  ['by default', {}],
  [
    'with everything that settings can add',
    {
      aws: everySetting,
      jobs: [scheduledJob('shop', { files: [{ path: 'x.ts', source: import.meta.filename }] })],
    },
  ],
])('the stacks %s', (_, options) => {
  it.each([
    ['AwsSolutions', AwsSolutionsChecks],
    ['Serverless', ServerlessChecks],
  ] as const)('pass %s', (_name, Pack) => {
    const { app } = makeStacks(options);
    const { violations } = new Pack(app).validateScope(app);
    expect(violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources])).toEqual([]);
  });
});
