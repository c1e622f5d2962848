import { describe, expect, it } from 'vitest';
import { summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { makeRun } from './make-run.ts';

const counts = {
  open: 0,
  admitted: 100,
  stored: 90,
  failed: 7,
  'failed:HTTP_404': 2,
  'failed:HTTP_503': 5,
  skipped: 3,
  'skipped:REDIRECTED': 3,
  'source:failed': 1,
  'source:failed:SITEMAP_INVALID': 1,
  items: 80,
  incomplete: 2,
  'missing:product.price': 2,
  'refused:scope': 12,
  'refused:items': 4,
  duplicates: 400,
  retries: 6,
  crashes: 8,
  bytes: 1_540_000,
};
const run = makeRun({ state: 'finished', startedAt: 1_000, finishedAt: 11_000 });

describe('summarise', () => {
  it('names the fields of which pages have several values', () => {
    const ambiguous = summarise(run, { ...counts, 'ambiguous:product.price': 2 }, 0);
    expect(ambiguous.ambiguous).toEqual([{ field: 'product.price', count: 2 }]);
    expect(summaryLines(ambiguous).join('\n')).toContain('2 × product.price ambiguous: the page may');
  });

  it('names the fields with damaged text', () => {
    const damaged = summarise(run, { ...counts, 'damaged:product.title': 3 }, 0);
    expect(damaged.damaged).toEqual([{ field: 'product.title', count: 3 }]);
    expect(summaryLines(damaged).join('\n')).toContain('3 × product.title with bytes that are no characters');
  });

  it('sorts failures by frequency and explains each', () => {
    expect(summarise(run, counts, 0).failures).toMatchObject([
      {
        code: 'HTTP_503',
        count: 5,
        happened: 'The server answered Service Unavailable.',
        remedy: 'Raise politeness.gapMs.',
      },
      { code: 'HTTP_404', count: 2, remedy: expect.stringContaining('Check the URL') },
    ]);
  });

  it('explains a status that has no name', () => {
    const { failures } = summarise(run, { ...counts, 'failed:HTTP_520': 9 }, 0);
    expect(failures[0]).toMatchObject({ code: 'HTTP_520', happened: 'The server answered with status 520.' });
  });

  it('takes duration and rate from the start to the finish', () => {
    expect(summarise(run, counts, 99_000)).toMatchObject({ durationMs: 10_000, pagesPerSecond: 10 });
  });

  it('takes them up to now while the run goes on', () => {
    const { durationMs, isOver } = summarise(makeRun({ startedAt: 1_000 }), { open: 1 }, 6_000);
    expect({ durationMs, isOver }).toEqual({ durationMs: 5_000, isOver: false });
  });

  it('says what became of sessions, of a job that has any', () => {
    expect(summarise(run, counts, 0)).not.toHaveProperty('sessions');
    const used = {
      'sessions:logins': 2,
      'sessions:retired': 1,
      'sessions:rotated': 5,
      'sessions:written': 9,
    };
    const summary = summarise(run, { ...counts, ...used }, 0);
    expect(summary.sessions).toEqual({ logins: 2, ended: 0, retired: 1, rotated: 5, written: 9 });
    expect(summaryLines(summary)).toContain(
      '  session 2 logins sent, 1 given up, 5 requests passed on to the next, written 9 times',
    );
  });

  it('says that the last login did not succeed, where that is why the run paused', () => {
    const reason = { code: 'LOGIN_REFUSED' as const, message: 'the login ended' };
    const summary = summarise(makeRun({ state: 'paused', reason }), { ...counts, 'sessions:logins': 1 }, 0);
    expect(summaryLines(summary)).toContain('  session 1 login sent, the last did not succeed');
  });

  it('finds no fault in counts that add up', () => {
    expect(summarise(run, counts, 0)).not.toHaveProperty('mismatch');
  });

  it('reports counts that do not add up', () => {
    expect(summarise(run, { ...counts, stored: 89 }, 0).mismatch).toBe(
      '100 pages were admitted, but 99 came to an end',
    );
  });

  it('does not ask counts to add up before the run is over', () => {
    expect(summarise(run, { ...counts, stored: 50, open: 2 }, 0)).not.toHaveProperty('mismatch');
  });
});

const placesCounts = {
  open: 0,
  'cell:stored': 4,
  'cell:skipped': 2,
  'cell:skipped:LIMIT_BUDGET': 2,
  'cell:failed': 1,
  'cell:failed:SHAPE_CHANGED': 1,
  'place:admitted': 9,
  'place:stored': 6,
  'place:skipped': 3,
  'place:skipped:PLACE_KNOWN': 2,
  'place:skipped:LIMIT_ITEMS': 1,
  'details:stored': 6,
  'site:stored': 3,
  'site:skipped': 1,
  'site:skipped:ROBOTS_DISALLOWED': 1,
  'refused:area': 1,
  'refused:filter': 7,
  items: 6,
  bytes: 1_000,
};

describe('summarise of a search for places', () => {
  it('tells what was skipped by what was asked, and known places apart', () => {
    const { places } = summarise(run, placesCounts, 0);
    expect(places).toMatchObject({ known: 2, failures: [{ of: 'searches', code: 'SHAPE_CHANGED' }] });
    expect(places?.skips.map(({ of, code, count }) => [of, code, count])).toEqual([
      ['found', 'LIMIT_ITEMS', 1],
      ['searches', 'LIMIT_BUDGET', 2],
      ['sites', 'ROBOTS_DISALLOWED', 1],
    ]);
  });

  it('reports places that do not add up, also where the pages do', () => {
    expect(summarise(run, placesCounts, 0)).not.toHaveProperty('mismatch');
    const lost = summarise(run, { ...placesCounts, 'place:stored': placesCounts['place:stored'] - 1 }, 0);
    expect(lost.mismatch).toBe('9 places were admitted, but 8 came to an end');
    expect(summaryLines(lost).at(-1)).toContain('9 places were admitted, but 8 came to an end');
    expect(summarise(run, { ...placesCounts, open: 1 }, 0)).not.toHaveProperty('mismatch');
  });

  it('has the reason of a run that was held up', () => {
    const reason = { code: 'BLOCKED', message: 'the site answers 429' } as const;
    expect(summarise(makeRun({ state: 'paused', reason }), { open: 1 }, 0)).toMatchObject({ reason });
    expect(summarise(run, counts, 0)).not.toHaveProperty('reason');
  });
});

describe('summaryLines', () => {
  const textOf = (changed = {}) => summaryLines(summarise(run, { ...counts, ...changed }, 0)).join('\n');

  it('reads as one page', () => {
    expect(textOf()).toBe(
      [
        'books-1  finished after 10 s',
        '',
        '  pages   90 stored, 7 failed, 3 skipped',
        '          5 HTTP_503: The server answered Service Unavailable.',
        '          2 HTTP_404: The server answered Not Found.',
        '          3 REDIRECTED: The URL redirects; its target is a request of its own.',
        '  sources 1 failed (sitemaps, URL files and the like)',
        '          1 SITEMAP_INVALID: The sitemap is neither a urlset, nor a sitemapindex, nor a text list; or it was cut, or is larger than the protocol allows. What was read of it is scraped.',
        '  links   not followed: 12 outside the scope of the job, 400 seen before',
        '  items   80 complete, 2 incomplete, 4 over limits.maxItems',
        '          2 without product.price',
        '  read    1.5 MB, 10 pages/s, 6 retries',
        '  crashes 8 times a batch lost its process, and came back',
        '  not every page is known: a sitemap was not read to its end, for the reasons above',
      ].join('\n'),
    );
  });

  it('names the items that are the same as others, and what was left out by its reason', () => {
    const text = textOf({ duplicateItems: 1_200, 'ruledOut:book:sold: out': 3 });
    expect(text).toContain('80 complete, 2 incomplete, 1,200 again, left out (DUPLICATE_ITEM), 4 over');
    expect(text).toContain('          3 × book left out: sold: out');
  });

  it('explains under each kind of request why some were not made', () => {
    expect(summaryLines(summarise(run, placesCounts, 0)).slice(2, -2)).toEqual([
      '  places  9 found, 2 known from earlier runs, 1 mention outside of the area, 7 mentions not as the filter wants',
      '            1 LIMIT_ITEMS: limits.maxItems was reached.',
      '  asked   4 answers to searches, 1 failed, 2 skipped',
      expect.stringMatching(/^ {12}1 SHAPE_CHANGED: The answer of Google/),
      expect.stringMatching(/^ {12}2 LIMIT_BUDGET: Too little is left of limits.budgetUsd/),
      '          6 answers with places’ details',
      '          3 pages of businesses’ websites, 1 skipped',
      '            1 ROBOTS_DISALLOWED: robots.txt forbids the URL.',
    ]);
  });

  it('says loudly when the counts do not add up', () => {
    expect(textOf({ stored: 89 })).toContain('THE COUNTS DO NOT ADD UP');
  });
});
