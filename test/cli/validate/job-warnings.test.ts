import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../../cli/validate/job-warnings.ts';
import { jobSchema } from '../../../shared/job/schema.ts';

const warn = (job: Record<string, unknown>) =>
  warningsOf(jobSchema.parse({ name: 'x', sources: [{ crawl: { start: 'http://a.test/' } }], ...job }));

describe('warningsOf', () => {
  it.each([
    [
      'default with a match that the start page does not have',
      { pages: { default: { match: '/dup' } } },
      ['http://a.test/'],
    ],
    ['a label with a match', { pages: { item: { match: '/i/*' } } }, ['http://a.test/']],
    ['a label without one', { pages: { item: {} } }, []],
    ['default beside others', { pages: { item: { match: '/i/*' }, default: {} } }, []],
    [
      'a source that names its label',
      {
        pages: { default: { match: '/dup' } },
        sources: [{ urls: { list: ['http://a.test/'], label: 'default' } }],
      },
      [],
    ],
  ])('names start URLs that no label takes: %s', (_, job, urls) => {
    const warnings = warn(job);
    expect(warnings).toHaveLength(urls.length);
    for (const url of urls) expect(warnings[0]).toContain(url);
  });

  it.each<[string, object, number]>([
    ['a crawl', { crawl: { start: 'http://a.test/?key=${env:KEY}' } }, 1],
    ['a list', { urls: { list: ['http://a.test/${env:KEY}/x', 'http://a.test/'] } }, 1],
    ['a sitemap', { sitemap: { urls: ['http://a.test/s.xml?key=${env:KEY}'] } }, 1],
    ['none, where the variable is the host', { crawl: { start: '${env:SHOP}/catalogue' } }, 0],
    ['none, of an API', { rest: { url: 'http://a.test/?key=${env:KEY}', label: 'item' } }, 0],
  ])('says of variables in addresses that they are stored: %s', (_, source, count) => {
    const warnings = warn({ pages: { item: {} }, sources: [source] });
    expect(warnings).toHaveLength(count);
    for (const warning of warnings) expect(warning).toMatch(/\$\{env:KEY\}.* is stored/);
  });

  it('says that a webhook does nothing here', () => {
    const pages = { item: {} };
    expect(warn({ pages, output: { webhook: 'https://a.test/hook' } })).toEqual([
      expect.stringContaining('webhook'),
    ]);
  });

  it('says of names that a proxy resolves that nobody checks them', () => {
    const proxies = { list: 'http://proxy.example:1', resolve: 'proxy' };
    expect(warn({ pages: { p: { match: '/**' } }, proxies })).toEqual([
      expect.stringContaining('nobody checks'),
    ]);
    expect(warn({ pages: { p: { match: '/**' } }, proxies: { ...proxies, resolve: 'here' } })).toEqual([]);
  });
});
