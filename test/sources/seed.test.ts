import { describe, expect, it } from 'vitest';
import { seedRequests } from '../../shared/sources/readers.ts';
import { makeJob } from './make-job.ts';

describe('seedRequests', () => {
  it('names start pages and listed URLs with their labels, whatever their number', () => {
    const job = makeJob([
      { crawl: { start: ['http://a.test/', 'http://b.test/'] } },
      { urls: { list: ['http://c.test/'], label: 'page' } },
    ]);
    expect(seedRequests(job)).toEqual({
      links: [{ url: 'http://a.test/' }, { url: 'http://b.test/' }, { url: 'http://c.test/', label: 'page' }],
      next: [],
      invalid: [],
    });
  });

  it('begins the other sources with a request that knows its source', () => {
    const job = makeJob([
      { urls: { file: 'lists/urls.txt' } },
      { sitemap: { urls: ['http://a.test/one.xml', 'http://a.test/two.xml'] } },
      { sitemap: { site: 'http://a.test/shop/' } },
      { rest: { url: 'http://a.test/api', method: 'POST', body: '{}', label: 'page' } },
    ]);
    const common = { depth: 0, attempt: 0, label: '' };
    expect(seedRequests(job).next).toEqual([
      { ...common, kind: 'urls', url: 'file:lists/urls.txt', source: 0, cursor: { offset: 0, line: 1 } },
      { ...common, kind: 'sitemap', url: 'http://a.test/one.xml', source: 1 },
      { ...common, kind: 'sitemap', url: 'http://a.test/two.xml', source: 1 },
      { ...common, kind: 'sitemap', url: 'http://a.test/robots.txt', source: 2, cursor: { via: 'robots' } },
      {
        ...common,
        kind: 'rest',
        url: 'http://a.test/api',
        source: 3,
        label: 'page',
        method: 'POST',
        headers: {},
        body: '{}',
      },
    ]);
  });
});
