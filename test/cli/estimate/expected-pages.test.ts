import { describe, expect, it } from 'vitest';
import { noneListed } from '../../../cli/estimate/count-listed.ts';
import { expectedPages, type PageEvidence } from '../../../cli/estimate/expected-pages.ts';
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
});
