import { describe, expect, it } from 'vitest';
import { summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SitePages } from './site.ts';
import { driveRun, endsOf, makeJob, outcomesOf } from './world.ts';

const typed = (type: string, body: string) => ({ headers: { 'content-type': type }, body });

async function run(site: SitePages, pages: Record<string, unknown>) {
  const { origin } = await openSite(site);
  const world = enterWorld();
  const sources = [{ crawl: { start: `${origin}/` } }];
  await world.start('r', makeJob({ sources, pages, fetch: { attempts: 1 } }));
  await driveRun(world, 'r', world.newProcess('p'));
  const counts = await expectAccounted(world, 'r');
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  const ends = Object.entries(await endsOf(world, 'r')).map(([url, end]) => [new URL(url).pathname, end]);
  const summary = summaryLines(summarise((await world.ledger.readRun('r')) ?? fail(), counts, 0));
  return { ends: Object.fromEntries(ends), items, counts, text: summary.join('\n') };
}

function fail(): never {
  throw new Error('there is no run');
}

describe('a crawl of pages of several kinds', () => {
  const site: SitePages = {
    '/': typed(
      'text/html',
      '<h1>Home</h1><a href=/news.xml>News</a> <a href=/list.csv>List</a> <a href=/logo>Logo</a>',
    ),
    '/news.xml': typed(
      'application/rss+xml',
      '<rss><channel><item><link>/one</link><title>N</title></item></channel></rss>',
    ),
    '/list.csv': typed('text/csv', 'name,url\nA,/one\nB\n'),
    '/logo': typed('image/svg+xml', '<svg><h1>Logo</h1></svg>'),
    '/one': typed('text/html', '<h1>One</h1>'),
  };
  const page = { match: '/**', follow: ['a'], fields: { title: 'h1' } };

  it('counts files that no label looks for as skipped: neither failures nor items without values', async () => {
    const { ends, items, counts } = await run(site, { page });
    expect(ends).toEqual({
      '/': 'stored',
      '/news.xml': 'skipped OTHER_KIND',
      '/list.csv': 'skipped OTHER_KIND',
      '/logo': 'skipped OTHER_KIND',
    });
    expect(items.map(({ fields }) => fields)).toEqual([{ title: 'Home' }]);
    expect(counts).toMatchObject({ items: 1, 'skipped:OTHER_KIND': 3 });
    expect(counts['incomplete']).toBeUndefined();
  });

  it('takes entries of a feed and rows of a table as items, and goes on to the pages that they name', async () => {
    const news = { match: '/*.xml', follow: [{ path: 'link' }], fields: { title: { path: 'title' } } };
    const list = { match: '/*.csv', follow: [{ path: 'url' }], fields: { title: { path: 'name' } } };
    const { ends, items, counts, text } = await run(site, { news, list, page });
    expect(ends).toMatchObject({ '/news.xml': 'stored', '/list.csv': 'stored', '/one': 'stored' });
    const titles = items.map(({ item, fields }) => `${item} ${fields['title']}`);
    expect(titles.sort()).toEqual(['list A', 'list B', 'news N', 'page Home', 'page One']);
    expect(counts).toMatchObject({ 'row:short:list': 1 });
    expect(text).toContain('1 × list of a row that has fewer cells');
  });
});

describe('a file at a label with conditions', () => {
  it.each([
    ['retryIf', { retryIf: { text: 'try later' } }],
    ['unless', { unless: { text: 'try later' } }],
    ['retryIf by a path', { retryIf: { path: 'error' } }],
    ['unless by an element', { unless: { select: '.error' } }],
  ])('is skipped all the same: %s', async (_, condition) => {
    const site: SitePages = {
      '/': typed('text/html', '<h1>Home</h1><a href=/photo>Photo</a> <a href=/book>Book</a>'),
      '/photo': typed('image/png', '\x89PNG'),
      '/book': typed('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'PK\x03\x04'),
    };
    const { ends } = await run(site, { page: { follow: ['a'], fields: { title: 'h1' }, ...condition } });
    expect(ends).toEqual({ '/': 'stored', '/photo': 'skipped OTHER_KIND', '/book': 'skipped OTHER_KIND' });
  });
});

describe('a page of which a part cannot be read', () => {
  it('is stored, and its broken lines are a failure of a source', async () => {
    const site = { '/': typed('application/jsonl', '{"a":1}\n{"a":\n{"a":3}\n') };
    const { items, counts, text } = await run(site, { lines: { fields: { a: { path: 'a' } } } });
    expect(items.map(({ fields }) => fields['a'])).toEqual([1, 3]);
    expect(counts).toMatchObject({ stored: 1, 'source:failed:LINES_BROKEN': 1 });
    expect(text).toContain('LINES_BROKEN');
  });
});
