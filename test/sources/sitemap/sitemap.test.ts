import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PageRequest } from '../../../shared/model.ts';
import {
  expandSitemap,
  firstSitemapRequests,
  sitemapFallback,
} from '../../../shared/sources/sitemap/sitemap.ts';
import type { Expansion } from '../../../shared/sources/types.ts';
import { makeJob } from '../make-job.ts';

const address = 'http://a.test/maps/sitemap.xml';
const urlset = (inner: string) =>
  `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${inner}</urlset>`;
const entry = (loc: string, lastmod?: string) =>
  `<url><loc>${loc}</loc>${lastmod === undefined ? '' : `<lastmod>${lastmod}</lastmod>`}</url>`;

describe('expandSitemap', () => {
  it.each<[string, string | Uint8Array]>([
    ['a urlset', urlset(entry('http://a.test/x?a=1&amp;b=2'))],
    ['an unescaped ampersand', urlset(entry('http://a.test/x?a=1&b=2'))],
    ['CDATA, comments and white space', urlset(entry('\n<!-- c --> <![CDATA[http://a.test/x?a=1&b=2]]>\n'))],
    [
      'prefixed elements',
      '<s:urlset xmlns:s="x"><s:url><s:loc>http://a.test/x?a=1&#38;b=2</s:loc></s:url></s:urlset>',
    ],
    ['a byte order mark', `\uFEFF${urlset(entry('http://a.test/x?a=1&amp;b=2'))}`],
    ['UTF-16', Buffer.from(`\uFEFF${urlset(entry('http://a.test/x?a=1&amp;b=2'))}`, 'utf16le')],
    ['gzip', gzipSync(urlset(entry('http://a.test/x?a=1&amp;b=2')))],
    ['a path instead of a URL', urlset(entry('/x?a=1&amp;b=2'))],
    [
      'only the loc of the entry itself',
      urlset(
        '<url><v:loc>http://a.test/v</v:loc><image><loc>http://a.test/i</loc></image><loc>/x?a=1&amp;b=2</loc></url>',
      ),
    ],
    [
      'image and alternate links',
      urlset(
        '<url><image:image><image:loc>http://a.test/i</image:loc></image:image><xhtml:link href="http://a.test/y"/><loc>http://a.test/x?a=1&amp;b=2</loc></url>',
      ),
    ],
    ['a text list', '\uFEFF\r\nhttp://a.test/x?a=1&b=2\r\n'],
    [
      'RSS',
      '<rss><channel><link>http://a.test/</link><item><link>http://a.test/x?a=1&amp;b=2</link></item></channel></rss>',
    ],
    [
      'Atom',
      '<feed><link href="/self"/><entry><link rel="edit" href="/e"/><link href="/x?a=1&amp;b=2"/></entry></feed>',
    ],
    [
      'RSS whose guid is the address',
      '<rss><channel><item><guid>http://a.test/x?a=1&amp;b=2</guid></item></channel></rss>',
    ],
    [
      'RSS whose guid is none of its addresses',
      '<rss><channel><item><guid isPermaLink="false">http://a.test/id</guid><link>/x?a=1&amp;b=2</link></item></channel></rss>',
    ],
    [
      'Atom with xml:base',
      '<feed xml:base="http://b.test/"><title xml:base="/t/"/><entry xml:base="http://a.test/one/"><link xml:base=".." href="x?a=1&amp;b=2"/></entry></feed>',
    ],
    [
      'RSS with xml:base',
      '<rss xml:base="http://b.test/"><channel xml:base="//a.test/"><item><link>x?a=1&amp;b=2</link></item></channel></rss>',
    ],
  ])('reads %s', async (_, body) => {
    expect(await expand(body)).toEqual({
      links: [{ url: 'http://a.test/x?a=1&b=2' }],
      next: [],
      invalid: [],
    });
  });

  it.each([
    ['<guid isPermaLink="false">http://a.test/id</guid>', ''],
    ['<guid>id-17</guid>', ''],
    ['<guid/>', ''],
  ])('reports an RSS item without an address: %s', async (item, url) => {
    const { links, invalid } = await expand(
      `<rss><channel><item><link>/1</link></item><item>${item}</item></channel></rss>`,
    );
    expect(links).toHaveLength(1);
    expect(invalid).toEqual([{ url, message: 'not an http or https URL' }]);
  });

  it('takes pages by pattern and by date, those without a date included', async () => {
    const body = urlset(
      entry('http://a.test/p/old', '2025-12-31') +
        entry('http://a.test/p/new', '2026-01-31T08:00:00+02:00') +
        entry('http://a.test/p/month', '2026-01') +
        entry('http://a.test/p/undated') +
        entry('http://a.test/p/odd', 'yesterday') +
        entry('http://a.test/p/no', '2026-03-01') +
        entry('http://a.test/about', '2026-03-01'),
    );
    const source = { include: '/p/*', exclude: '/p/no', modifiedSince: '2026-01-31', label: 'page' };
    const { links } = await expand(body, source);
    const paths = ['new', 'month', 'undated', 'odd'];
    expect(links).toEqual(paths.map((path) => ({ url: `http://a.test/p/${path}`, label: 'page' })));
  });

  it('goes on with the sitemaps of an index, unfiltered, and not with itself', async () => {
    const locs = ['http://a.test/one.xml.gz', 'two.xml', address];
    const body = `<sitemapindex>${locs.map((loc) => `<sitemap><loc>${loc}</loc><lastmod>2000-01-01</lastmod></sitemap>`).join('')}</sitemapindex>`;
    const { links, next } = await expand(body, { include: '/p/*', modifiedSince: '2026-01-01' });
    expect(links).toEqual([]);
    expect(next.map(({ kind, url, depth, source }) => ({ kind, url, depth, source }))).toEqual([
      { kind: 'sitemap', url: 'http://a.test/one.xml.gz', depth: 1, source: 0 },
      { kind: 'sitemap', url: 'http://a.test/maps/two.xml', depth: 1, source: 0 },
    ]);
    await expect(expand(body, {}, { depth: 3 })).rejects.toMatchObject({ code: 'SITEMAP_INVALID' });
  });

  it.each<[string, string | Uint8Array]>([
    ['a web page', '<!doctype html><html><body><a href="/x">x</a></body></html>'],
    ['prose', 'The page was not found.\nSorry.'],
    ['nothing', ''],
    ['XML cut off before its first URL', '<urlset><url><loc>http://a.test/ha'],
    ['gzip cut off at once', gzipSync(urlset(entry('http://a.test/1'))).subarray(0, 12)],
    ['only a comment', '<!-- soon -->'],
  ])('refuses %s', async (_, body) => {
    await expect(expand(body)).rejects.toMatchObject({ code: 'SITEMAP_INVALID' });
  });

  it('accepts an empty urlset', async () => {
    expect(await expand(urlset(''))).toEqual({ links: [], next: [], invalid: [] });
  });

  it('keeps what came before the cut, without half a URL, and says so', async () => {
    const { links, invalid } = await expand(`<urlset>${entry('http://a.test/1')}<url><loc>http://a.test/ha`);
    expect(links).toEqual([{ url: 'http://a.test/1' }]);
    expect(invalid).toEqual([{ url: address, message: 'ends early', code: 'SITEMAP_INVALID' }]);
  });

  it.each<[string, string]>([
    ['an index', '<sitemapindex><sitemap><loc>http://a.test/1.xml</loc></sitemap><sitemap><loc>http://a'],
    ['RSS', '<rss><channel><item><link>http://a.test/1</link></item><item><li'],
    ['Atom', '<feed><entry><link href="http://a.test/1"/></entry>'],
    ['a urlset without its end', `<urlset>${entry('http://a.test/1')}`],
    ['a urlset in the middle of a tag', `<urlset>${entry('http://a.test/1')}<ur`],
    ['a urlset in the middle of its end', `<urlset>${entry('http://a.test/1')}</urlse`],
  ])('says so of every kind that is cut: %s', async (_, body) => {
    const { links, next, invalid } = await expand(body);
    expect(links.length + next.length).toBe(1);
    expect(invalid).toEqual([{ url: address, message: 'ends early', code: 'SITEMAP_INVALID' }]);
  });

  it('keeps what came before a gzip breaks', async () => {
    const entries = Array.from({ length: 20_000 }, (_, n) => entry(`http://a.test/${(n * 7919) % 65_537}`));
    const body = gzipSync(urlset(entries.join('')));
    const { links, invalid } = await expand(body.subarray(0, body.length - 2_000));
    expect(links.length).toBeGreaterThan(1_000);
    expect(invalid).toMatchObject([{ code: 'SITEMAP_INVALID' }]);
  });

  it('takes two loc in one entry for two pages, each with its own date', async () => {
    const body = urlset(
      '<url><loc>/a</loc><lastmod>2025-01-01</lastmod><loc>/b</loc><lastmod>2026-02-01</lastmod></url>' +
        '<url><loc><![CDATA[/c]]></loc><image:loc>/i</image:loc><xhtml:link rel="alternate" hreflang="de" href="/de"/><loc>/d</loc></url>',
    );
    const urls = ({ links }: Expansion) => links.map(({ url }) => url.replace('http://a.test', ''));
    expect(urls(await expand(body))).toEqual(['/a', '/b', '/c', '/d']);
    const recent = await expand(body, { modifiedSince: '2026-01-01', exclude: '/d' });
    expect([urls(recent), recent.refused]).toEqual([['/b', '/c'], { pattern: 1, modified: 1 }]);
  });

  it('counts all entries that are no URL, beyond those that it names, and what it leaves out', async () => {
    const body = urlset(entry('mailto:x').repeat(250) + entry('/p/1') + entry('/q/1'));
    const { invalid, otherInvalid } = await expand(body);
    expect([invalid.length, otherInvalid]).toEqual([100, 150]);
  });

  it('reads a text list whose lines end in CR, or go on after a tab', async () => {
    const { links } = await expand('http://a.test/1\rhttp://a.test/2\tnote\r\nhttp://a.test/3');
    expect(links.map(({ url }) => url)).toEqual([1, 2, 3].map((n) => `http://a.test/${n}`));
  });

  it('reports entries that are no URL', async () => {
    const { links, invalid } = await expand(
      urlset(entry('http://a.test/1') + entry('mailto:a@b.test') + entry('')),
    );
    expect(links).toHaveLength(1);
    expect(invalid.map(({ url }) => url)).toEqual(['mailto:a@b.test', '']);
  });

  it('takes the first 50,000 entries and says that there were more', async () => {
    const body = Array.from({ length: 50_001 }, (_, n) => `http://a.test/${n}\n`).join('');
    const { links, invalid } = await expand(body);
    expect([links.length, links.at(-1)?.url]).toEqual([50_000, 'http://a.test/49999']);
    const message = expect.stringContaining('50000 entries');
    expect(invalid).toEqual([{ url: address, message, code: 'SITEMAP_INVALID' }]);
  });

  it('stops unpacking a gzip bomb at 50 MiB', async () => {
    const bomb = gzipSync(
      `${urlset(entry('http://a.test/1')).replace('</urlset>', '')}${' '.repeat(53_000_000)}`,
    );
    const { links, invalid } = await expand(bomb);
    expect(links).toHaveLength(1);
    const message = expect.stringContaining('52428800 bytes');
    expect(invalid).toEqual([{ url: address, message, code: 'SITEMAP_INVALID' }]);
  });

  it('reads back any URLs that are written into it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.webUrl({ withQueryParameters: true }), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (urls, zip) => {
          const escaped = urls.map((url) => entry(url.replaceAll('&', '&amp;').replaceAll('<', '&lt;')));
          const body = urlset(escaped.join('\n'));
          const { links } = await expand(zip ? gzipSync(body) : body);
          expect(links.map(({ url }) => url)).toEqual(urls.map((url) => new URL(url).href));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('expandSitemap of a robots.txt', () => {
  const robots = firstSitemapRequests({ site: 'http://a.test/shop' }, 0)[0] as PageRequest<'sitemap'>;

  it('goes on with the sitemaps it names', async () => {
    const body =
      'User-agent: *\r\nDisallow: /\r\nSITEMAP : http://a.test/one.xml # main\r\nsitemap:/two.xml\nSitemap:\nSitemap: ftp://a.test/x\n';
    const { next } = await expand(body, {}, robots);
    expect(next.map(({ url, cursor }) => [url, cursor])).toEqual([
      ['http://a.test/one.xml', undefined],
      ['http://a.test/two.xml', undefined],
    ]);
  });

  it('goes on with /sitemap.xml when it names none', async () => {
    const { next } = await expand('User-agent: *\n', {}, robots);
    expect(next).toEqual(sitemapFallback(robots));
    expect(next.map(({ url }) => url)).toEqual(['http://a.test/sitemap.xml']);
  });
});

describe('sitemapFallback', () => {
  it('has nothing to offer for a sitemap', () => {
    expect(sitemapFallback(makeRequest({}))).toEqual([]);
  });
});

function expand(
  body: string | Uint8Array,
  source: Record<string, unknown> = {},
  request: Partial<PageRequest<'sitemap'>> = {},
): Promise<Expansion> {
  const job = makeJob([{ sitemap: { urls: [address], ...source } }]);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const result = { url: address, status: 200, headers: {}, body: bytes, ms: 1, startedAt: 0 };
  return expandSitemap(job, makeRequest(request), result);
}

function makeRequest(changes: Partial<PageRequest<'sitemap'>>): PageRequest<'sitemap'> {
  return { kind: 'sitemap', url: address, label: '', depth: 0, attempt: 0, source: 0, ...changes };
}
