import { expect, it } from 'vitest';
import { sumOfRuns } from '../../cli/sum-of-runs.ts';
import type { Run } from '../../shared/model.ts';

const run = (id: string, startedAt: number): Run => ({
  id,
  startedAt,
  job: {},
  baseDir: '',
  state: 'finished',
});
const ledger = {
  listRuns: async () => [run('first', 10), run('second', 20), run('same moment', 20), run('late', 30)],
  readCounts: async (id: string) => ({ stored: 1, [id]: 5 }),
};

it('adds up the counts of the runs of its time, but for the one that is left out', async () => {
  expect(await sumOfRuns(ledger, (startedAt) => startedAt <= 20, 'second')).toEqual({
    ...{ stored: 2, first: 5, 'same moment': 5 },
  });
});
