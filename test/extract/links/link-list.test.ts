import { describe, expect, it } from 'vitest';
import { compileJob, extractWith, makePage } from '../compile-job.ts';

describe('links of a page', () => {
  it('count what leads nowhere, each reference once, by its reason', async () => {
    const body = [
      '<a href="/a">',
      '<a href="mailto:a@b.example">',
      '<a href="javascript:void(0)">',
      '<a href="javascript:void(0)">',
      '<a href="tel:1">',
      '<a href="http://[x/">',
      '<a href="http://me:secret@shop.example/">',
      `<a href="/l?${'x'.repeat(9_000)}">`,
      '<a href="#top">',
      '<a href="">',
      '<a>',
    ].join('x</a>');
    const { links, refused } = await extractWith({ follow: ['a'] }, body);
    expect(links).toEqual([{ url: 'https://shop.example/a' }]);
    expect(refused).toEqual({ scheme: 3, url: 1, credentials: 1, length: 1 });
  });

  it('count what no rule wants, each URL once', async () => {
    const follow = [{ match: '/p/*' }, { select: 'nav a', match: ['/p/*', '/q/*'], label: 'list' }];
    const body =
      '<a href=/p/1></a><a href=/q/1></a><a href=/q/1></a><a href=/r></a><nav><a href=/q/2></a></nav>';
    const { links, refused } = await extractWith({ follow }, body, {}, { pages: { list: {} } });
    expect(links.map(({ url }) => url)).toEqual(['https://shop.example/p/1', 'https://shop.example/q/2']);
    expect(refused).toEqual({ pattern: 2 });
  });

  it('are matched as they are written, and with their parameters in order', async () => {
    for (const match of ['/l?size=*&page=*', '/l?page=*&size=*']) {
      const { links } = await extractWith(
        { follow: [{ match }] },
        '<a href="/l?size=20&amp;page=2&amp;utm_source=x">',
      );
      expect(links).toEqual([{ url: 'https://shop.example/l?size=20&page=2&utm_source=x' }]);
    }
  });

  it('go out in the encoding of the page, as do <base>, the canonical link and URLs of items', async () => {
    const markup =
      '<meta charset=gbk><base href="/b?x=中"><link rel=canonical href="/c?q=中"><a href="/s?q=中&amp;y=&#27721;">x</a><a href="?q=中">y</a>';
    const gbk = { 中: [0xd6, 0xd0] } as Record<string, number[]>;
    const body = Uint8Array.from([...markup].flatMap((letter) => gbk[letter] ?? letter.charCodeAt(0)));
    const rule = { follow: ['a'], fields: { url: { select: 'a', attr: 'href', type: 'url' } } };
    const extractor = await compileJob({ pages: { product: rule }, urls: { canonical: 'follow' } });
    const page = { ...makePage(''), contentType: 'text/html', body };
    const { links, items, canonical } = await extractor.extract(page);
    expect(links.map(({ url }) => url.replace('https://shop.example', ''))).toEqual([
      '/s?q=%D6%D0&y=%BA%BA',
      '/b?q=%D6%D0',
    ]);
    expect(items[0]?.fields).toEqual({ url: 'https://shop.example/s?q=%D6%D0&y=%BA%BA' });
    expect(canonical).toBe('https://shop.example/c?q=%D6%D0');
  });

  it('are made absolute as they are asked for, where a page has very many', async () => {
    const hrefs = Array.from({ length: 9_000 }, (_, index) => `<a href="/${index % 8_000}">`).join('');
    const body = `<a href="mailto:x">${hrefs}<a href="tel:1">`;
    for (const follow of [['a'], [{ select: 'a' }, { select: 'a', label: 'list' }]]) {
      const { links, moreLinks, refused } = await extractWith({ follow }, body, {}, { pages: { list: {} } });
      expect([links.length, refused]).toEqual([2_000, { scheme: 1 }]);
      const urls = new Set(links.map(({ url }) => url));
      for (let more = moreLinks?.take(3_000); more?.length; more = moreLinks?.take(3_000)) {
        for (const { url } of more) urls.add(url);
      }
      expect([urls.size, moreLinks?.left(), refused]).toEqual([8_000, 0, { scheme: 2 }]);
    }
  });
});
