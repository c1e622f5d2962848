import { describe, expect, it } from 'vitest';
import { canonicalKey, childId, newRunId, urlKeyOf } from '../../shared/engine/ids.ts';
import { makeNormalise } from '../../shared/fetch/url.ts';
import type { PageRequest } from '../../shared/model.ts';

const page: PageRequest<'page'> = { kind: 'page', url: 'http://a.test/', label: 'x', depth: 1, attempt: 0 };
const rest: PageRequest<'rest'> = { ...page, kind: 'rest', source: 0, method: 'POST', body: '{}', cursor: 1 };

const normalise = makeNormalise({ dropParams: ['utm_*'], sortParams: true, canonical: 'ignore' });

describe('urlKeyOf', () => {
  it.each<[string, Partial<PageRequest>]>([
    ['how it was found', { label: 'y', depth: 3, referrer: 'http://a.test/b', via: ['http://a.test/c'] }],
    ['how often it was tried', { attempt: 2, notBefore: 5 }],
  ])('is the same whatever %s', (_, changes) => {
    expect(urlKeyOf({ ...page, ...changes } as PageRequest, normalise)).toEqual(urlKeyOf(page, normalise));
  });

  it.each<[string, Partial<PageRequest>]>([
    ['URL', { url: 'http://a.test/b' }],
    ['kind', { kind: 'sitemap' }],
    ['source', { source: 1 }],
    ['method', { method: 'GET' }],
    ['body', { body: '[]' }],
    ['cursor', { cursor: 2 }],
  ])('differs by %s', (_, changes) => {
    expect(urlKeyOf({ ...rest, ...changes } as PageRequest, normalise)).not.toEqual(
      urlKeyOf(rest, normalise),
    );
  });

  it.each([
    ['http://a.test/l?b=1&a=2', 'http://a.test/l?a=2&b=1'],
    ['http://a.test/l?utm_source=x&a=2', 'http://a.test/l?a=2'],
    ['http://a.test/%7eb', 'http://a.test/~b'],
  ])('is one for the addresses %s and %s of a page, and two for those of a sitemap', (url, other) => {
    expect(urlKeyOf({ ...page, url }, normalise)).toEqual(urlKeyOf({ ...page, url: other }, normalise));
    const sitemap: PageRequest<'sitemap'> = { ...page, kind: 'sitemap', source: 0 };
    expect(urlKeyOf({ ...sitemap, url }, normalise)).not.toEqual(
      urlKeyOf({ ...sitemap, url: other }, normalise),
    );
  });

  it('does not ask which source named a page', () => {
    expect(urlKeyOf({ ...page, source: 1 }, normalise)).toEqual(urlKeyOf({ ...page, source: 2 }, normalise));
  });
});

describe('canonicalKey', () => {
  it('is one for a pair, whoever names whom, and no key of a page', () => {
    expect(canonicalKey('http://a.test/', 'http://a.test/b')).toBe(
      canonicalKey('http://a.test/b', 'http://a.test/'),
    );
    expect(canonicalKey('http://a.test/', 'http://a.test/b')).not.toBe(
      canonicalKey('http://a.test/', 'http://a.test/c'),
    );
    expect(canonicalKey(page.url, page.url)).not.toBe(urlKeyOf(page, normalise));
  });
});

describe('childId', () => {
  it('depends on parent and index alone', () => {
    expect(childId('a', 1)).toBe(childId('a', 1));
    expect(new Set([childId('a', 1), childId('a', 2), childId('b', 1), childId('a/1', 1)]).size).toBe(4);
  });
});

describe('newRunId', () => {
  it('says job and time, and sorts by it', () => {
    expect(newRunId('books', new Date('2026-01-31T14:25:01.999Z'), 'k3f9')).toBe(
      'books-20260131-142501-k3f9',
    );
  });
});
