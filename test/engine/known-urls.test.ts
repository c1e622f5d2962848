import { describe, expect, it } from 'vitest';
import { digestOf } from '../../shared/engine/ids.ts';
import { makeKnownUrls } from '../../shared/engine/outcome/known-urls.ts';
import { Address } from '../../shared/extract/links/address.ts';

describe('makeKnownUrls', () => {
  it('works a URL out once', () => {
    const asked: string[] = [];
    const labelOf = (url: string) => {
      asked.push(url);
      return 'item';
    };
    const known = makeKnownUrls({ normalise: (url) => url, labelOf, isFile: () => false, scope: () => true });
    const url = 'http://a.test:81/x?y';
    const first = known.of(url);
    expect(first).toMatchObject({
      url,
      key: digestOf(url),
      label: 'item',
      host: 'a.test:81',
      owner: undefined,
    });
    expect(known.of(url)).toBe(first);
    expect(asked).toEqual([url]);
  });

  it('asks for each host that links to a URL whether it is in scope, and not again for its next page', () => {
    const asked: string[] = [];
    const scope = (url: string, page: string) => {
      asked.push(`${url} from ${page}`);
      return page.includes('a.test');
    };
    const known = makeKnownUrls({
      normalise: (url) => url,
      labelOf: () => 'item',
      isFile: () => false,
      scope,
    });
    const link = known.of('http://x.test/');
    const from = (host: string, path: string) => known.isInScope(link, known.of(`http://${host}${path}`));
    expect([from('a.test', '/1'), from('a.test', '/2'), from('b.test', '/1'), from('a.test', '/3')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(asked).toEqual([
      'http://x.test/ from http://a.test/1',
      'http://x.test/ from http://b.test/1',
      'http://x.test/ from http://a.test/3',
    ]);
  });

  it('keeps the latest half of its capacity at least, and no more than all of it', () => {
    const known = makeKnownUrls(
      { normalise: (url) => url, labelOf: () => 'item', isFile: () => false, scope: () => true },
      10,
    );
    const urls = Array.from({ length: 100 }, (_, index) => `http://a.test/${index}`);
    for (const url of urls) known.of(url).owner = 'batch';
    const kept = urls.toReversed().filter((url) => known.of(url).owner === 'batch');
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(kept).toEqual(urls.toReversed().slice(0, kept.length));
  });

  it('keeps what is used', () => {
    const known = makeKnownUrls(
      { normalise: (url) => url, labelOf: () => 'item', isFile: () => false, scope: () => true },
      10,
    );
    known.of('http://a.test/menu').owner = 'batch';
    for (let index = 0; index < 100; index += 1) {
      known.of(`http://a.test/${index}`);
      expect(known.of('http://a.test/menu').owner).toBe('batch');
    }
  });

  it('finds the URL of an address without a look-up, as long as it is kept, for each run by itself', () => {
    const rules = {
      normalise: (url: string) => url,
      labelOf: () => 'item',
      isFile: () => false,
      scope: () => true,
    };
    const [one, other] = [makeKnownUrls(rules, 10), makeKnownUrls(rules, 10)];
    const link = new Address('http://a.test/menu');
    for (let index = 0; index < 100; index += 1) {
      for (const known of [one, other]) {
        expect(known.ofLink(link)).toBe(known.of(link.url));
        expect(known.ofLink({ url: link.url })).toBe(known.of(link.url));
      }
      expect(one.ofLink(link)).not.toBe(other.ofLink(link));
      // Now and then, so many others that it is forgotten.
      for (let step = 0; step < (index % 7 === 0 ? 20 : 1); step += 1) {
        one.of(`http://a.test/${index}/${step}`);
      }
    }
    expect(JSON.stringify(link)).toBe(JSON.stringify({ url: link.url }));
  });
});
