import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupByHost } from '../../shared/engine/outcome/group.ts';
import { hostOf } from '../../shared/fetch/url.ts';
import type { Outcome, PageRequest } from '../../shared/model.ts';

const request = fc.record({
  kind: fc.constantFrom<PageRequest['kind']>('page', 'sitemap', 'rest', 'urls'),
  host: fc.constantFrom('a.test', 'b.test', 'c.test:8080'),
  notBefore: fc.option(fc.integer({ min: 1, max: 9_000 })),
});

/** Each URL is another, so that requests can be distinguished. */
const requests = fc.array(request, { maxLength: 40 }).map((specs) =>
  specs.map(({ kind, host, notBefore }, index): PageRequest => {
    const url = kind === 'urls' ? `file:${index}` : `http://${host}/${index}`;
    const plain = { kind, url, label: '', depth: 0, attempt: 0 } as PageRequest;
    return notBefore === null ? plain : { ...plain, notBefore };
  }),
);
const sizes = fc.record({ own: fc.integer({ min: 1, max: 9 }), other: fc.integer({ min: 1, max: 9 }) });

function outcomeOf(batch: string, retries: PageRequest[], batchSizes: Outcome['batchSizes']): Outcome {
  return { run: 'r', batch, pages: [], items: [], links: [], retries, counts: {}, batchSizes };
}

describe('groupByHost', () => {
  it('puts every request into one batch, of its host, within the size and after its time', () => {
    fc.assert(
      fc.property(requests, fc.nat(40), sizes, (all, split, batchSizes) => {
        const outcome = outcomeOf('parent', all.slice(0, split), batchSizes);
        const children = groupByHost(outcome, { id: 'parent', host: 'a.test' }, all.slice(split));
        const urls = children.flatMap(({ batch }) => batch.requests.map(({ url }) => url));
        expect(urls.toSorted()).toEqual(all.map(({ url }) => url).toSorted());
        for (const { batch, notBefore = 0 } of children) {
          const size = batch.host === 'a.test' ? batchSizes.own : batchSizes.other;
          expect(batch.requests.length).toBeLessThanOrEqual(size);
          expect(batch.run).toBe('r');
          for (const { kind, url, notBefore: earliest = 0 } of batch.requests) {
            expect(kind === 'urls' ? '' : hostOf(url)).toBe(batch.host);
            expect(notBefore).toBeGreaterThanOrEqual(earliest);
            expect(notBefore - earliest).toBeLessThan(1_000);
          }
        }
      }),
    );
  });

  it('makes the same batches when it is repeated, and others for another parent', () => {
    fc.assert(
      fc.property(requests, sizes, (all, batchSizes) => {
        const group = (parent: string) =>
          groupByHost(outcomeOf(parent, [], batchSizes), { id: parent, host: 'a.test' }, all);
        const children = group('parent');
        expect(group('parent')).toEqual(children);
        const ids = children.map(({ batch }) => batch.id);
        const others = group('other').map(({ batch }) => batch.id);
        expect(new Set([...ids, ...others]).size).toBe(ids.length + others.length);
      }),
    );
  });

  it('makes no batch too large for a message, however long the URLs are', () => {
    const long = Array.from({ length: 100 }, (_, index) => ({
      kind: 'page' as const,
      url: `http://a.test/${index}/${'x'.repeat(8_000)}`,
      label: 'p',
      depth: 1,
      attempt: 0,
    }));
    const outcome = outcomeOf('parent', long, { own: 200, other: 200 });
    const children = groupByHost(outcome, { id: 'parent', host: 'a.test' }, []);
    expect(children.flatMap(({ batch }) => batch.requests)).toEqual(long);
    const largest = Math.max(...children.map(({ batch }) => JSON.stringify(batch).length));
    expect(largest).toBeLessThan(256 * 1_024);
    expect(children.length).toBeLessThan(6);
  });

  it('draws of each host as often as pages of it wait, in the sizes that its batches have', () => {
    const pagesOf = (host: string, count: number) =>
      Array.from({ length: count }, (_, index): PageRequest => {
        return { kind: 'page', url: `http://${host}/${index}`, label: 'p', depth: 1, attempt: 0 };
      });
    const sitemap = { ...pagesOf('b.test', 1)[0], kind: 'sitemap', source: 0 } as PageRequest;
    const admitted = [...pagesOf('a.test', 25), sitemap, ...pagesOf('b.test', 31)];
    const drawn = (batchSizes: Outcome['batchSizes'], changes: Partial<Outcome> = {}) => {
      const outcome = { ...outcomeOf('parent', [], batchSizes), ...changes };
      const children = groupByHost(outcome, { id: 'parent', host: 'a.test' }, admitted, true);
      return children.map(({ batch: { host, requests, draws, inBrowser = false } }) => [
        ...[host, requests.length, draws?.count ?? 0],
        ...(inBrowser ? ['in a browser'] : []),
      ]);
    };
    expect(drawn({ own: 12, other: 20 })).toEqual([
      ['b.test', 1, 0],
      ['a.test', 0, 12],
      ['a.test', 0, 12],
      ['a.test', 0, 1],
      ['b.test', 0, 20],
      ['b.test', 0, 11],
    ]);
    const inBrowser = drawn({ own: 12, other: 20 }, { inBrowser: ['p'] });
    const ofHost = (name: string) => inBrowser.filter(([host, , count]) => host === name && count !== 0);
    expect(ofHost('a.test')).toEqual([10, 10, 5].map((count) => ['a.test', 0, count, 'in a browser']));
    expect(ofHost('b.test').map(([, , count]) => count)).toEqual([10, 10, 10, 1]);
  });

  it('fills a batch up to 200,000 characters, and has one of a request that is longer', () => {
    const partsOf = (...lengths: number[]) => {
      const requests = lengths.map((length, index): PageRequest => {
        const plain = {
          kind: 'page' as const,
          url: `http://a.test/${index}/`,
          label: 'p',
          depth: 1,
          attempt: 0,
        };
        const missing = length - JSON.stringify(plain).length;
        return { ...plain, url: plain.url + 'x'.repeat(missing) };
      });
      const outcome = outcomeOf('parent', requests, { own: 200, other: 200 });
      const children = groupByHost(outcome, { id: 'parent', host: 'a.test' }, []);
      return children.map(({ batch }) => batch.requests.length);
    };
    expect(partsOf(100_000, 60_000, 40_000, 1_000)).toEqual([3, 1]);
    expect(partsOf(100_000, 60_000, 40_001, 1_000)).toEqual([2, 2]);
    expect(partsOf(200_001, 100, 200_000)).toEqual([1, 1, 1]);
    expect(partsOf(150_000, 100_000, 100_000, 1_000)).toEqual([1, 2, 1]);
  });

  it('keeps requests that grow old apart from the others, and has them go next', () => {
    const reviews = (page: number, token?: string): PageRequest => ({
      ...{ kind: 'reviews', url: `http://a.test/${page}`, label: '', depth: 0, attempt: 0, source: 0 },
      cursor: {
        ...{ key: 'k', placeId: 'p', featureId: '0x1:0x2', page, listed: 0, first: [], last: [], top: [] },
        ...(token === undefined ? {} : { token }),
      },
    });
    const all = [reviews(0), reviews(1, 'a'), reviews(2, 'b')];
    const children = groupByHost(
      outcomeOf('parent', all, { own: 5, other: 5 }),
      { id: 'parent', host: 'b.test' },
      [],
    );
    const made = children.map(({ batch }) => ({
      urls: batch.requests.map(({ url }) => url),
      next: batch.isNext,
    }));
    expect(made).toEqual([
      { urls: ['http://a.test/0'], next: undefined },
      { urls: ['http://a.test/1', 'http://a.test/2'], next: true },
    ]);
  });
});
