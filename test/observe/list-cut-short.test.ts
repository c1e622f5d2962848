import { expect, it } from 'vitest';
import type { Counts, Run } from '../../shared/model.ts';
import { listCutShort } from '../../shared/observe/no-result.ts';
import { summarise } from '../../shared/observe/summary.ts';

const run = (state: Run['state']): Run => ({
  id: 'r',
  job: { name: 'j' },
  baseDir: '.',
  state,
  startedAt: 0,
});
const remarkOf = (counts: Counts, state: Run['state'] = 'finished') =>
  listCutShort(summarise(run(state), { open: 0, admitted: 2, stored: 1, items: 9, ...counts }, 1));

it.each<[string, Counts]>([
  ['a page that was not read', { failed: 1, 'failed:HTTP_500': 1, 'lists:cut': 1 }],
  ['a cycle', { 'source:failed': 1, 'source:failed:REST_CYCLE': 1 }],
  ['ever more empty pages', { 'source:failed': 1, 'source:failed:REST_EMPTY': 1 }],
])('tells of %s, whatever came before', (_, counts) => {
  expect(remarkOf(counts)).toMatch(/an API was (perhaps )?not read to its end/);
});

it('names the sources', () => {
  const counts = { failed: 3, 'failed:HTTP_500': 3, 'lists:cut': 3, 'lists:cut:0': 1, 'lists:cut:2': 2 };
  expect(remarkOf(counts)).toMatch(/^sources\[2\], sources\[0\] was not read to its end/);
});

it.each<[string, Counts, Run['state']?]>([
  ['a list that has ended', { skipped: 1, 'skipped:REST_ENDED': 1 }],
  ['other failures', { failed: 1, 'failed:HTTP_404': 1 }],
  ['a run that was cancelled', { failed: 1, 'failed:HTTP_500': 1, 'lists:cut': 1 }, 'cancelled'],
])('says nothing of %s', (_, counts, state) => {
  expect(remarkOf(counts, state)).toBeUndefined();
});
