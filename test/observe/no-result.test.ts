import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/job/schema.ts';
import type { Counts, Run } from '../../shared/model.ts';
import { nothingGained, pagesUnknown } from '../../shared/observe/no-result.ts';
import { summarise } from '../../shared/observe/summary.ts';

const fields = { title: { select: 'h1' } };
const run = (state: Run['state'] = 'finished', pages: object = { default: { fields } }): Run => ({
  id: 'r',
  job: { name: 'j', pages } as unknown as Run['job'],
  baseDir: '.',
  state,
  startedAt: 0,
});
const remarkOf = (counts: Counts, of = run()) =>
  nothingGained(of.job as unknown as Job, summarise(of, { open: 0, ...counts }, 1));

describe('nothingGained', () => {
  it.each<[string, Counts, RegExp]>([
    ['every page failed', { admitted: 2, failed: 2, 'failed:HTTP_404': 2 }, /no page was read/],
    [
      'every page was skipped',
      { admitted: 1, skipped: 1, 'skipped:ROBOTS_DISALLOWED': 1 },
      /no page was read/,
    ],
    ['the sources failed', { 'source:failed': 1, 'source:failed:DNS_FAILED': 1 }, /no page was found/],
    ['no page has an item', { admitted: 3, stored: 3 }, /nothing was extracted/],
    ['no item is complete', { admitted: 3, stored: 3, incomplete: 3 }, /no item is complete/],
    ['no search was answered', { 'cell:failed': 2, 'cell:failed:BLOCKED': 2 }, /nothing was searched/],
  ])('tells that %s', (_, counts, text) => {
    expect(remarkOf(counts)).toMatch(text);
  });

  it.each<[string, Counts, Run?]>([
    ['a single item', { admitted: 9, stored: 1, failed: 8, items: 1 }],
    ['nothing to do', {}],
    [
      'pages of a job that wants no items',
      { admitted: 1, stored: 1 },
      run('finished', { default: { fields: {} } }),
    ],
    ['a cancelled run', { admitted: 2, cancelled: 2 }, run('cancelled')],
    ['a run that goes on', { open: 1, admitted: 2, failed: 2 }, run('running')],
    ['a search that came to no place', { 'cell:stored': 1 }],
  ])('says nothing of %s', (_, counts, of) => {
    expect(remarkOf(counts, of)).toBeUndefined();
  });
});

describe('pagesUnknown', () => {
  const remarkOf = (counts: Counts, of = run()) => pagesUnknown(summarise(of, { open: 0, ...counts }, 1));

  it('tells of a sitemap that was cut, whatever was gained', () => {
    const counts = {
      admitted: 2,
      stored: 2,
      items: 2,
      'source:failed': 1,
      'source:failed:SITEMAP_INVALID': 1,
    };
    expect(remarkOf(counts)).toMatch(/not read to its end/);
  });

  it('tells nothing of entries that are no URL', () => {
    expect(
      remarkOf({ admitted: 1, stored: 1, 'source:failed': 1, 'source:failed:URL_INVALID': 1 }),
    ).toBeUndefined();
  });
});
