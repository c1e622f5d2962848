import { describe, expect, it } from 'vitest';
import type { FetchResult } from '../../shared/fetch/types.ts';
import type { PageRequest } from '../../shared/model.ts';
import { continueRest } from '../../shared/sources/rest.ts';
import { seedRequests } from '../../shared/sources/seed.ts';
import { makeJob } from './make-job.ts';

const origin = 'https://api.example.com';
const headers = { authorization: 'Bearer ${env:TOKEN}' };
const items = [{ id: 1 }, { id: 2 }];

describe('continueRest', () => {
  it.each([
    ['a page number', { by: 'number' }, '/items?page=1', '/items?page=2', { items }],
    ['a page number from 0', { by: 'number', param: 'p', first: 0 }, '/items?p=0', '/items?p=1', { items }],
    [
      'an offset',
      { by: 'offset', size: 2, sizeParam: 'n' },
      '/items?offset=0&n=2',
      '/items?offset=2&n=2',
      { items },
    ],
    [
      'a cursor',
      { by: 'cursor', path: 'next', param: 'c' },
      '/items',
      '/items?c=a%2Fb',
      { items, next: 'a/b' },
    ],
    [
      'a cursor that is a URL',
      { by: 'cursor', path: 'next' },
      '/items',
      '/more?x=1',
      { items, next: '/more?x=1#top' },
    ],
    ['a link', { by: 'link' }, '/items', '/items?after=2', { items }],
  ])('goes on by %s', (_, page, firstUrl, nextUrl, answer) => {
    const { job, first } = start(page);
    expect(first.url).toBe(origin + firstUrl);
    const [next] = continueRest(job, first, result(answer, '</items?after=2>; rel="next"'));
    expect(next).toMatchObject({ kind: 'rest', url: origin + nextUrl, label: 'page', source: 0, headers });
  });

  it('counts pages from the cursor of the request, so that the third follows the second', () => {
    const { job, first } = start({ by: 'offset', size: 2 });
    const second = continueRest(job, first, result({ items }))[0] as PageRequest;
    expect(continueRest(job, second, result({ items }))[0]?.url).toBe(`${origin}/items?offset=4`);
  });

  it.each([
    ['no paging', undefined, { items }],
    ['an empty list', { by: 'number' }, { items: [] }],
    ['no list', { by: 'number' }, { total: 0 }],
    ['a short list', { by: 'offset', size: 3 }, { items }],
    ['a null cursor', { by: 'cursor', path: 'next' }, { items, next: null }],
    ['an empty cursor', { by: 'cursor', path: 'next' }, { items, next: '' }],
    ['no cursor', { by: 'cursor', path: 'meta.next' }, { items }],
    ['no link', { by: 'link' }, { items }],
  ])('ends at %s', (_, page, answer) => {
    const { job, first } = start(page);
    expect(continueRest(job, first, result(answer))).toEqual([]);
  });

  it.each([
    ['a page that names itself as next', { by: 'link' }, { items }, '</items>; rel="next"'],
    ['a cursor that is an object', { by: 'cursor', path: 'next' }, { items, next: { a: 1 } }, ''],
    [
      'a next URL that is not http',
      { by: 'cursor', path: 'next' },
      { items, next: 'file:///etc/passwd' },
      '',
    ],
    ['items that are no list', { by: 'number' }, { items: { id: 1 } }, ''],
    ['an answer that is not JSON', { by: 'number' }, undefined, ''],
  ])('refuses %s', (_, page, answer, link) => {
    const { job, first } = start(page);
    expect(() => continueRest(job, first, result(answer, link))).toThrow(
      expect.objectContaining({ code: 'REST_INVALID' }),
    );
  });

  it('sends the headers to no other origin, and no next page back to plain http', () => {
    const { job, first } = start({ by: 'cursor', path: 'next' });
    const goTo = (next: string) => continueRest(job, first, result({ items, next }))[0];
    expect(goTo('https://elsewhere.example/items')).not.toHaveProperty('headers');
    expect(goTo('http://api.example.com/items?2')).toMatchObject({ url: `${origin}/items?2`, headers });
  });
});

function start(page: unknown): { job: ReturnType<typeof makeJob>; first: PageRequest } {
  const job = makeJob([{ rest: { url: `${origin}/items`, headers, items: 'items', page, label: 'page' } }]);
  return { job, first: seedRequests(job).next[0] as PageRequest };
}

function result(answer: unknown, link?: string): FetchResult {
  return {
    url: origin,
    status: 200,
    headers: link === undefined ? {} : { link },
    body: Buffer.from(answer === undefined ? '<html>' : JSON.stringify(answer)),
    ms: 1,
    startedAt: 0,
  };
}
