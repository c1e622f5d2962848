import { describe, expect, it } from 'vitest';
import { noneListed } from '../../../cli/estimate/count-listed.ts';
import {
  countOf,
  expectedPages,
  type PageEvidence,
  sitemapFactor,
} from '../../../cli/estimate/expected-pages.ts';
import { makeJob } from '../../engine/world.ts';

/** `pages` of each host are named; `newUrls`: of a page of the sample. */
function evidence(limits: object, pages: Record<string, number>, newUrls = 0): PageEvidence {
  const hosts = new Map(Object.entries(pages));
  const perPage = { newUrlsPerPage: newUrls } as PageEvidence['measured']['perPage'];
  return {
    job: makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }], limits }),
    measured: {
      ...{ pages: 1, failed: 0, fetched: 1, failures: new Map(), bytesPerPage: 1, itemsPerPage: 1, perPage },
      listed: { hosts, batches: 1, sources: 0 },
      found: noneListed(),
      sitemaps: { read: 0, indexes: 0, known: 0 },
      named: [],
    },
    files: noneListed(),
    given: undefined,
    isWhole: false,
  };
}

describe('expectedPages', () => {
  it.each([
    [{}, { a: 400, b: 10 }, 410, ''],
    [{ maxPages: 100 }, { a: 400, b: 10 }, 100, 'limits.maxPages ends the run at 100'],
    [{ maxPagesPerHost: 50 }, { a: 400, b: 10 }, 60, 'limits.maxPagesPerHost ends the run at 60'],
    [{ maxPagesPerHost: 50, maxPages: 55 }, { a: 400, b: 10 }, 55, 'limits.maxPages ends the run at 55'],
  ])('of a list with %j and %j are %i: %s', (limits, hosts, pages, how) => {
    const expected = expectedPages(evidence(limits, hosts));
    expect(expected).toMatchObject({ pages, known: 'listed' });
    expect(expected.how).toContain(how);
  });

  it('of a crawl are those that the limit of each host leaves, of the hosts seen so far', () => {
    const expected = expectedPages(evidence({ maxPagesPerHost: 50 }, { a: 400, b: 10 }, 3));
    expect(expected).toMatchObject({ pages: 100, known: 'limit' });
    expect(expected.how).toContain('limits.maxPagesPerHost, at most');
  });

  const listed = evidence({ maxPages: 1_000 }, { a: 400, b: 10 });
  const crawled = evidence({ maxPages: 1_000 }, { a: 400, b: 10 }, 3);
  const found = { hosts: new Map([['c', 5]]), batches: 1, sources: 1 };
  const files = { hosts: new Map([['d', 90]]), batches: 1, sources: 1 };
  /** Two sitemaps and an index were read, of six. */
  const partly = { read: 3, indexes: 1, known: 6 };

  it.each<[string, PageEvidence, object]>([
    [
      'what the user says',
      { ...crawled, given: 1_000, isWhole: true },
      { pages: 1_000, known: 'given', how: 'as --pages says', named: 410 },
    ],
    [
      'what the user says, up to the limit',
      { ...crawled, given: 1_001 },
      {
        pages: 1_000,
        known: 'given',
        how: 'as --pages says; limits.maxPages ends the run at 1,000',
        named: 410,
      },
    ],
    [
      'the pages of the sample, if it was the whole run',
      { ...crawled, isWhole: true },
      { pages: 1, known: 'whole', how: 'all of them were in the sample', named: 410 },
    ],
    [
      'what lists and files name',
      { ...listed, files },
      { pages: 500, known: 'listed', how: 'the sources name 500', named: 500 },
    ],
    [
      'what lists name, and other sitemaps by those that were read',
      { ...listed, files, measured: { ...listed.measured, sitemaps: partly } },
      {
        pages: 1_000,
        known: 'listed',
        how: 'the sources name 1,115 (3 of 6 sitemaps read, the rest guessed); limits.maxPages ends the run at 1,000',
        named: 410 * 2.5 + 90,
      },
    ],
    [
      'what the limit leaves, of a crawl',
      { ...crawled, measured: { ...crawled.measured, found } },
      {
        pages: 1_000,
        known: 'limit',
        how: 'limits.maxPages, at most: pages lead to more pages, so how many there are cannot be known (415 seen so far)',
        named: 410,
      },
    ],
  ])('are %s', (_, of, expected) => {
    expect(expectedPages(of)).toEqual(expected);
  });

  it('count the pages of each host up to its limit, of every list', () => {
    const of = evidence({ maxPagesPerHost: 50 }, { a: 40, b: 10 });
    const both = { ...of, files: { ...files, hosts: new Map([['a', 20]]) } };
    expect(expectedPages(both)).toMatchObject({
      pages: 60,
      how: 'the sources name 70; limits.maxPagesPerHost ends the run at 60',
    });
    // Of sitemaps that were read in part, each host has as many times more.
    const guessed = { ...of, measured: { ...of.measured, sitemaps: { read: 1, indexes: 0, known: 2 } } };
    expect(expectedPages(guessed)).toMatchObject({ pages: 50 + 20 });
    // Who says how many there are may know of pages that no source names.
    expect(expectedPages({ ...of, given: 80 })).toMatchObject({ pages: 80 });
    expect(expectedPages({ ...of, given: 101 })).toMatchObject({ pages: 100 });
  });

  it('are one at least where a limit counts by host, and none is known', () => {
    expect(expectedPages(evidence({ maxPagesPerHost: 50 }, {}, 3))).toMatchObject({ pages: 1 });
  });
});

describe('sitemapFactor', () => {
  it.each([
    [{ read: 0, indexes: 0, known: 0 }, 1],
    [{ read: 2, indexes: 0, known: 2 }, 1],
    [{ read: 3, indexes: 1, known: 6 }, 2.5],
    // Only an index was read.
    [{ read: 1, indexes: 1, known: 5 }, 5],
  ])('of %j is %d', (sitemaps, factor) => {
    expect(sitemapFactor({ sitemaps })).toBe(factor);
  });
});

it('counts the pages of all hosts', () => {
  expect(
    countOf({
      hosts: new Map([
        ['a', 2],
        ['b', 3],
      ]),
      batches: 0,
      sources: 0,
    }),
  ).toBe(5);
});
