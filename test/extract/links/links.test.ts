import { describe, expect, it } from 'vitest';
import { extractWith } from '../compile-job.ts';

const others = { pages: { list: {}, other: {} } };

async function linksOf(follow: unknown[], body: string, urls?: unknown) {
  const { links } = await extractWith({ follow }, body, {}, { ...others, ...(urls ? { urls } : {}) });
  return links.map(({ url, label }) => (label === undefined ? url : `${label} ${url}`));
}

describe('compileLinks', () => {
  it('follows what its selector matches, absolute and once', async () => {
    const body =
      '<a href="a#x">1</a><a href=" /b ">2</a><a href="a#y">3</a><a>4</a><a href="#top">5</a><a href="">6</a>';
    expect(await linksOf([{}], body)).toEqual(['https://shop.example/dir/a', 'https://shop.example/b']);
  });

  it.each([
    'mailto:a@b.example',
    'javascript:void(0)',
    'tel:1',
    'data:,x',
    'ftp://a.example/',
    'http://',
    'http://[x/',
  ])('leaves %s alone', async (href) => {
    expect(await linksOf(['a'], `<a href="${href}">`)).toEqual([]);
  });

  it.each([
    ['https://cdn.example/x/', 'https://cdn.example/x/a'],
    ['/x/', 'https://shop.example/x/a'],
    ['javascript:0', 'https://shop.example/dir/a'],
  ])('honours <base href=%j>', async (base, url) => {
    expect(
      await linksOf(['a'], `<base target=_top><base href="${base}"><base href="/no/"><a href=a>`),
    ).toEqual([url]);
  });

  it('takes the attribute that the rule names', async () => {
    expect(
      await linksOf([{ select: 'div', attr: 'data-URL' }], '<div data-url="a"><a href=b></div>'),
    ).toEqual(['https://shop.example/dir/a']);
  });

  it('does not follow srcset or meta refresh', async () => {
    const body = '<meta http-equiv=refresh content="0;url=/x"><img srcset="/y 2x">';
    expect(await linksOf([{}], body)).toEqual([]);
  });

  it('keeps to match and exclude', async () => {
    const rule = { match: '/p/*', exclude: ['*://*/p/no*'] };
    const body = '<a href=/p/1></a><a href=/q/2></a><a href=/p/not></a>';
    expect(await linksOf([rule], body)).toEqual(['https://shop.example/p/1']);
  });

  it('gives a URL to the first rule that takes it, in document order', async () => {
    const body = '<a href=/1></a><a href=/2></a><nav><a href=/3></a><a href=/1></a></nav>';
    const rules = [
      { select: 'nav a', label: 'list' },
      { select: 'a', match: '/**', label: 'other' },
    ];
    expect(await linksOf(rules, body)).toEqual([
      'other https://shop.example/2',
      'list https://shop.example/3',
      'list https://shop.example/1',
    ]);
  });

  it('gives each link the priority of its rule, or the number that it bears', async () => {
    const body =
      '<a class=n data-rank=" 7.5 " href=/1></a><a class=n data-rank=soon href=/2></a><a class=n href=/3></a><a href=/4></a><b><a href=/5></a></b>';
    const rules = [
      { select: 'a.n', priority: { attr: 'data-Rank' } },
      { select: 'b a', priority: -2, label: 'list' },
      'a',
    ];
    const { links } = await extractWith({ follow: rules }, body, {}, others);
    expect(links.map((link) => ({ ...link }))).toEqual([
      { url: 'https://shop.example/1', priority: 7.5 },
      { url: 'https://shop.example/2' },
      { url: 'https://shop.example/3' },
      { url: 'https://shop.example/4' },
      { url: 'https://shop.example/5', label: 'list', priority: -2 },
    ]);
    // Read without a tree, where no link bears a number of its own.
    const scanned = await extractWith({ follow: [{ select: 'b a', priority: 3 }] }, body, {}, others);
    expect(scanned.links).toEqual([{ url: 'https://shop.example/5', priority: 3 }]);
  });

  it('reads paths of JSON items, lists among them', async () => {
    const follow = [{ path: 'url', label: 'list' }, { path: 'more[*].href' }, 'a'];
    const body = JSON.stringify([
      { url: '/1', more: [{ href: '/2' }, { href: 3 }] },
      { url: null },
      { url: '/1' },
    ]);
    const { links } = await extractWith({ follow }, body, { contentType: 'application/json' }, others);
    expect(links).toEqual([
      { url: 'https://shop.example/1', label: 'list' },
      { url: 'https://shop.example/2' },
    ]);
  });
});

describe('canonical', () => {
  const page = '<head><link rel="alternate" href=/x><link rel="foo CANONICAL" href="/c#f"></head><body>';

  it('is looked for when the job follows it', async () => {
    const extraction = await extractWith({}, page, {}, { urls: { canonical: 'follow' } });
    expect(extraction.canonical).toBe('https://shop.example/c');
  });

  it('is left alone otherwise', async () => {
    expect(await extractWith({}, page)).not.toHaveProperty('canonical');
  });

  it('does not count in the body', async () => {
    const body = '<body><link rel=canonical href=/c>';
    const extraction = await extractWith({}, body, {}, { urls: { canonical: 'follow' } });
    expect(extraction).not.toHaveProperty('canonical');
  });
});
