import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { measureSample } from '../../../cli/estimate/measure-sample.ts';
import { recordsOf } from '../../../shared/export/records.ts';
import type { Outcome, PageFact, PageRecord, PageRequest, RequestKind } from '../../../shared/model.ts';

const shop = 'http://shop.test';

function fact(path: string, changes: Partial<PageFact> = {}): PageFact {
  const of = { label: 'page', depth: 0, attempt: 1, end: 'stored', ms: 100, bytes: 1_000 } as const;
  return { kind: 'page', url: `${shop}${path}`, ...of, ...changes };
}

function link(path: string, changes: Partial<PageRequest> = {}): PageRequest {
  const url = path.startsWith('http') ? path : `${shop}${path}`;
  return { kind: 'page', url, label: 'page', depth: 1, attempt: 1, ...changes } as PageRequest;
}

/** A link that a page named. */
const followed = (path: string) => link(path, { referrer: `${shop}/` });

function outcome(changes: Partial<Outcome>): Outcome {
  const rest = { retries: [], counts: {}, batchSizes: { own: 25, other: 25 } };
  return { run: 'r', batch: 'b', pages: [], items: [], links: [], ...rest, ...changes } as Outcome;
}

async function measure(outcomes: Partial<Outcome>[], batchSize = 10, sent: string[] = []) {
  async function* list() {
    for (const one of outcomes) yield outcome(one);
  }
  return measureSample(list(), batchSize, ({ label }) => sent.includes(label));
}

describe('measureSample', () => {
  it('has the share of pages that were read in a browser, and the turns that what one loaded took', async () => {
    const outcomes = [
      { pages: [fact('/1'), fact('/2', { label: 'app' })], counts: { rendered: 1, 'rendered:turns': 4 } },
      {
        pages: [fact('/3', { label: 'app' }), fact('/4', { label: 'app' })],
        counts: { rendered: 1, 'rendered:turns': 1 },
      },
    ];
    const { inBrowser } = await measure(outcomes, 10, ['app']);
    expect(inBrowser).toEqual({ share: 0.5, turnsPerPage: 2.5, sentShare: 0.75 });
  });

  it('has the share of pages that go to functions with a browser, though none needed it', async () => {
    const outcomes = [{ pages: [fact('/1'), fact('/2', { label: 'app' })] }];
    const { inBrowser } = await measure(outcomes, 10, ['app']);
    expect(inBrowser).toEqual({ share: 0, turnsPerPage: 0, sentShare: 0.5 });
  });

  it('of nothing is all zero, and takes requests to be as long as usual', async () => {
    const { perPage, ...measured } = await measure([]);
    expect(measured).toEqual({
      pages: 0,
      failed: 0,
      fetched: 0,
      failures: new Map(),
      bytesPerPage: 0,
      itemsPerPage: 0,
      listed: { hosts: new Map(), batches: 0, sources: 0 },
      found: { hosts: new Map(), batches: 0, sources: 0 },
      sitemaps: { read: 0, indexes: 0, known: 0 },
      named: [],
    });
    expect(perPage).toEqual({
      pagesPerHost: 0,
      fetchesPerPage: 1,
      fetchMs: 0,
      linksPerPage: 0,
      newUrlsPerPage: 0,
      outcomeBytesPerPage: 0,
      itemBytesPerPage: 0,
      requestBytes: 200,
    });
  });

  it('counts pages by their end: neither attempts that are repeated, nor redirects', async () => {
    const { perPage, ...measured } = await measure([
      {
        pages: [
          fact('/a'),
          fact('/b', { ms: 300, bytes: 5_000 }),
          fact('/c', { end: 'retry', code: 'TIMEOUT', ms: 200, bytes: 0 }),
          fact('/d', { end: 'skipped', code: 'REDIRECTED' }),
          fact('/e', { end: 'skipped', code: 'CANONICAL_ELSEWHERE' }),
          fact('/f', { end: 'failed', code: 'HTTP_404', bytes: 0 }),
          fact('/g', { end: 'failed', code: 'HTTP_404', bytes: 0 }),
          { ...fact('/h', { end: 'failed', code: 'CONNECTION_REFUSED' }), url: 'http://other.test/' },
        ].map((one) => (one.code === 'CONNECTION_REFUSED' ? withoutAnswer(one) : one)),
      },
    ]);
    expect(measured).toMatchObject({
      pages: 5,
      failed: 3,
      fetched: 7,
      failures: new Map([
        ['HTTP_404', 2],
        ['CONNECTION_REFUSED', 1],
      ]),
      bytesPerPage: (1_000 + 5_000 + 1_000 + 1_000) / 5,
    });
    expect(perPage).toMatchObject({
      pagesPerHost: 5 / 2,
      fetchesPerPage: 8 / 5,
      fetchMs: (100 + 300 + 200 + 100 * 4) / 7,
    });
  });

  it('tells links that pages name from those of a source, each counted once a batch', async () => {
    const { perPage, listed, found, named } = await measure(
      [
        { pages: [fact('/', { kind: 'seed' })], links: [link('/1'), link('/2'), link('http://b.test/3')] },
        { pages: [fact('/1')], links: [followed('/2'), followed('/4'), followed('/5')] },
        // A second page of the batch: /4 is no new link of it; a redirect is none.
        {
          pages: [fact('/2')],
          links: [followed('/4'), link('/6', { referrer: `${shop}/2`, via: [`${shop}/2`] })],
        },
        { pages: [fact('/4')], links: [followed('/4')], knownLinks: 7 },
      ],
      2,
    );
    expect(listed.hosts).toEqual(
      new Map([
        ['shop.test', 2],
        ['b.test', 1],
      ]),
    );
    expect(listed).toMatchObject({ batches: 1 + 1, sources: 1 });
    expect(named.map(({ url }) => url)).toEqual([`${shop}/1`, `${shop}/2`, 'http://b.test/3']);
    expect(found.hosts).toEqual(new Map([['shop.test', 2]]));
    expect(found).toMatchObject({ batches: 1, sources: 1 });
    // Three of the first two pages, which fill a batch, one of the third, and seven that were known.
    expect(perPage).toMatchObject({ linksPerPage: (3 + 1 + 7) / 3, newUrlsPerPage: 2 / 3 });
    const bytes = [[followed('/2'), followed('/4'), followed('/5')], [followed('/4')], [followed('/4')]];
    const requestBytes = bytes.map((links) => Buffer.byteLength(JSON.stringify(links)));
    expect(perPage.requestBytes).toBe(requestBytes.reduce((sum, size) => sum + size, 0) / 5);
  });

  it('counts the sitemaps that were read, those of sitemaps, and those that are known of', async () => {
    const sitemap = (path: string, end: PageFact['end']) => fact(path, { kind: 'sitemap', end });
    const of = (path: string) => link(path, { kind: 'sitemap' } as Partial<PageRequest>);
    const { sitemaps, pages } = await measure([
      {
        pages: [sitemap('/index.xml', 'stored')],
        links: [of('/1.xml'), of('/2.xml'), of('/3.xml'), of('/4.xml')],
      },
      { pages: [sitemap('/1.xml', 'stored')], links: [link('/a')] },
      { pages: [sitemap('/2.xml', 'failed')] },
      { pages: [sitemap('/3.xml', 'skipped')] },
      { pages: [sitemap('/4.xml', 'retry')] },
    ]);
    expect({ sitemaps, pages }).toEqual({ sitemaps: { read: 3, indexes: 1, known: 4 }, pages: 0 });
    const [plain] = [await measure([{ pages: [sitemap('/1.xml', 'stored')] }])];
    expect(plain?.sitemaps).toEqual({ read: 1, indexes: 0, known: 1 });
  });

  it('leaves the pages of lists of URLs to those who count the lists', async () => {
    const chunk = { pages: [fact('/', { kind: 'urls' as RequestKind })], links: [link('/1')] };
    expect((await measure([chunk])).listed.hosts.size).toBe(0);
  });

  it('keeps two hundred of the pages that sources name', async () => {
    const links = Array.from({ length: 150 }, (_, index) => link(`/${index}`));
    const more = Array.from({ length: 150 }, (_, index) => link(`/more/${index}`));
    const { named } = await measure([{ links }, { links: more }]);
    expect(named).toHaveLength(200);
    expect(named.at(-1)?.url).toBe(`${shop}/more/49`);
  });

  it('measures items, those with a key, files and kept pages', async () => {
    const item = { item: 'book', url: `${shop}/1`, fields: { title: 'One' } };
    const file = (path: string) => link(path, { kind: 'download' } as Partial<PageRequest>);
    const first = {
      pages: [fact('/1'), fact('/2')],
      items: [{ ...item, key: 'a' }, { ...item, key: 'b' }, item],
      links: [file('/a.pdf'), file('/b.pdf')],
      kept: { file: 'f', bytes: 900, pages: 2 },
    };
    const measured = await measure([first, { pages: [fact('/3')], links: [file('/a.pdf')] }]);
    expect(measured).toMatchObject({
      itemsPerPage: 3 / 3,
      filesPerPage: 2 / 3,
      keptBytesPerPage: 900 / 3,
      perPage: { keyedItemsPerPage: 2 / 3 },
    });
    const records = recordsOf(outcome(first), 'items').map((record) => JSON.stringify(record));
    expect(measured.perPage.itemBytesPerPage).toBe(gzipSync(records.join('\n')).length / 3);
    const [whole, second] = [first, { pages: [fact('/3')], links: [file('/a.pdf')] }].map(
      (one) => gzipSync(JSON.stringify(outcome(one)), { level: 1 }).length,
    );
    expect(measured.perPage.outcomeBytesPerPage).toBe(((whole ?? 0) + (second ?? 0)) / 3);
    const plain = await measure([{ pages: [fact('/1')] }]);
    expect(Object.keys(plain)).not.toEqual(expect.arrayContaining(['filesPerPage']));
    expect(plain).not.toHaveProperty('keptBytesPerPage');
    expect(plain.perPage).not.toHaveProperty('keyedItemsPerPage');
  });

  it('measures what is known of pages, by the KB, pages that are gone left out', async () => {
    const record = (key: string, changes: Partial<PageRecord> = {}): PageRecord => {
      const of = { at: 1, label: 'page', body: 'x', items: [] };
      return { key, url: `${shop}/${key}`, ...of, ...changes };
    };
    const noise = (length: number) => Array.from({ length }, (_, index) => Math.sin(index));
    const pages = [
      record('a', { validators: { etag: '"1"', variant: '' } }),
      record('b', { validators: { variant: '' } }),
      record('c', { gone: 'HTTP_404' }),
      record('d', { extraction: noise(95) }),
    ];
    // Less than a KB, but not with its key, time and place in the index.
    const bytes = zstdCompressSync(JSON.stringify(pages[3])).length;
    expect(bytes).toBeGreaterThan(1_024 - 200);
    expect(bytes).toBeLessThan(1_024);
    const { recrawl } = await measure([{ pages: [fact('/1')], known: { job: 'j', pages } }]);
    expect(recrawl?.validatedShare).toBe(1 / 3);
    expect(recrawl?.unitsPerPage).toBe((1 + 1 + 2) / 3);
    expect(await measure([{ pages: [fact('/1')] }])).not.toHaveProperty('recrawl');
  });
});

function withoutAnswer({ ms: _ms, bytes: _bytes, ...one }: PageFact): PageFact {
  return one;
}
