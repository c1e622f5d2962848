import { describe, expect, it } from 'vitest';
import type { FetchResult } from '../../../shared/fetch/types.ts';
import type { PageRequest } from '../../../shared/model.ts';
import { seedRequests } from '../../../shared/sources/readers.ts';
import { continueRest } from '../../../shared/sources/rest/rest.ts';
import { makeJob } from '../make-job.ts';

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
    const {
      next: [next],
    } = continueRest(job, first, result(answer, '</items?after=2>; rel="next"'));
    expect(next).toMatchObject({ kind: 'rest', url: origin + nextUrl, label: 'page', source: 0, headers });
  });

  it.each([
    ['as many as were asked for', 2, 2],
    ['fewer than were asked for', 100, 2],
    ['more than were asked for', 1, 2],
  ])('goes on by an offset of what came: %s', (_, size, came) => {
    const { job, first } = start({ by: 'offset', size });
    const [second] = continueRest(job, first, result({ items })).next as [PageRequest<'rest'>];
    const [third] = continueRest(job, second, result({ items: [{ id: 3 }] })).next;
    expect([second.url, third?.url]).toEqual([`${origin}/items?offset=${came}`, `${origin}/items?offset=3`]);
  });

  it.each<[string, string, string, string, unknown, string]>([
    [
      'JSON',
      '{"q":"x","page":{"n":9007199254740993}}',
      'page.after',
      '',
      'a/b',
      '{"q":"x","page":{"n":9007199254740993,"after":"a/b"}}',
    ],
    ['JSON with a number', '{"after":null}', 'after', '', 7, '{"after":7}'],
    ['JSON without the object', '{}', 'variables.after', '', 'c', '{"variables":{"after":"c"}}'],
    [
      'a form',
      'q=a%20b&after=x&z=$' + '{env:KEY}',
      'after',
      '',
      'a b',
      'q=a%20b&after=a+b&z=$' + '{env:KEY}',
    ],
    ['nothing', '', 'after', '', 'c', '{"after":"c"}'],
  ])('puts a cursor into a body of %s', (_, body, param, __, cursor, expected) => {
    const page = { by: 'cursor', path: 'next', in: 'body', param };
    const { job, first } = start(page, { method: 'POST', body });
    expect(first.body).toBe(body);
    const [next] = continueRest(job, first, result({ items, next: cursor })).next;
    expect(next).toMatchObject({ method: 'POST', url: `${origin}/items`, body: expected });
  });

  it('puts page number, offset and size into the body, from the first page on', () => {
    const number = start({ by: 'number', in: 'body', first: 0 }, { method: 'POST', body: '{"q":1}' });
    expect(number.first.body).toBe('{"q":1,"page":0}');
    expect(continueRest(number.job, number.first, result({ items })).next[0]?.body).toBe('{"q":1,"page":1}');
    const page = { by: 'offset', in: 'body', param: 'from', size: 50, sizeParam: 'size' };
    const offset = start(page, { method: 'POST', body: 'q=1' });
    expect(offset.first.body).toBe('q=1&from=0&size=50');
    expect(continueRest(offset.job, offset.first, result({ items })).next[0]?.body).toBe(
      'q=1&from=2&size=50',
    );
  });

  it.each([
    ['a text', '{"q":"text"}', 'q.after'],
    ['a list', '{"q":[{"after":1}]}', 'q.0.after'],
  ])('says where the body has no place for the parameter: through %s', (_, body, param) => {
    const page = { by: 'cursor', path: 'next', in: 'body', param };
    const { job, first } = start(page, { method: 'POST', body });
    const { next, doubt } = continueRest(job, first, result({ items, next: 'c' }));
    expect([next, doubt?.message]).toEqual([[], expect.stringContaining(`no place for ${param}`)]);
  });

  it('leaves the rest of the query as it was written', () => {
    const { job, first } = start(
      { by: 'cursor', path: 'next', param: 'c' },
      { url: `${origin}/items?z=a%20b&c=1&a=%7e&c=2` },
    );
    expect(continueRest(job, first, result({ items, next: 'x' })).next[0]?.url).toBe(
      `${origin}/items?z=a%20b&c=x&a=%7e`,
    );
  });

  it.each([
    ['no paging', undefined, { items }],
    ['an empty list', { by: 'number' }, { items: [] }],
    ['a null cursor', { by: 'cursor', path: 'next' }, { items, next: null }],
    ['an empty cursor', { by: 'cursor', path: 'next' }, { items, next: '' }],
    ['no cursor', { by: 'cursor', path: 'meta.next' }, { items }],
    ['no link', { by: 'link' }, { items }],
  ])('ends at %s', (_, page, answer) => {
    const { job, first } = start(page);
    const { end: __, ...step } = continueRest(job, first, result(answer));
    expect(step).toEqual({ next: [] });
  });

  it.each<[string, Record<string, unknown>, unknown]>([
    ['a cursor that is an object', { by: 'cursor', path: 'next' }, { a: 1 }],
    ['a next URL that is not http', { by: 'cursor', path: 'next' }, 'file:///etc/passwd'],
    ['a number in place of the next URL', { by: 'cursor', path: 'next' }, 0],
  ])('doubts %s', (_, page, next) => {
    const { job, first } = start(page);
    const step = continueRest(job, first, result({ items, next }));
    expect([step.next, step.doubt?.code]).toEqual([[], 'REST_INVALID']);
  });

  it.each([
    ['that is no URL', '<https://[>; rel="next"'],
    ['without its brackets', 'https://a.example/2; rel="next"'],
    ['that is not http', '<mailto:a@b.example>; rel=next'],
  ])('doubts a next link %s', (_, link) => {
    const { job, first } = start({ by: 'link' });
    const step = continueRest(job, first, result({ items }, link));
    expect([step.next, step.doubt?.code]).toEqual([[], 'REST_INVALID']);
  });

  it('sends the headers to no other origin, and no next page back to plain http', () => {
    const { job, first } = start({ by: 'cursor', path: 'next' });
    const goTo = (next: string) => continueRest(job, first, result({ items, next })).next[0];
    expect(goTo('https://elsewhere.example/items')).not.toHaveProperty('headers');
    expect(goTo('http://api.example.com/items?2')).toMatchObject({ url: `${origin}/items?2`, headers });
  });
});

describe('an API that', () => {
  /** The ids of the pages that are kept, and how it ended, by an API of `pages` that answers by page and cursor. */
  function walk(page: unknown, answerTo: (url: URL) => unknown, most = 2_000) {
    const { job, first } = start(page);
    const asked: string[] = [];
    let request: PageRequest<'rest'> | undefined = first;
    while (request !== undefined && asked.length < most) {
      const url = new URL(request.url);
      asked.push(url.search);
      const step = continueRest(job, request, result(answerTo(url)));
      if (step.next[0] === undefined)
        return { asked, isRepeat: step.repeats !== undefined, doubt: step.doubt?.code };
      // As it travels in a message.
      request = structuredClone(step.next[0]);
    }
    return { asked, isRepeat: false, doubt: 'endless' };
  }
  const numberOf = (url: URL) => Number(url.searchParams.get('page'));
  const cursorOf = (url: URL) => url.searchParams.get('c') ?? 'a';

  it.each([2, 3, 7, 300])('gives its last page, number %i, for every later one has ended there', (last) => {
    const answer = (url: URL) => ({ page: numberOf(url), items: [{ id: Math.min(last, numberOf(url)) }] });
    expect(walk({ by: 'number' }, answer)).toMatchObject({ isRepeat: true, doubt: undefined });
    expect(walk({ by: 'number' }, answer).asked).toHaveLength(last + 1);
  });

  it('gives one page, whatever it is asked, may not know the parameter', () => {
    const { asked, isRepeat, doubt } = walk({ by: 'number' }, () => ({ items }));
    expect([asked.length, isRepeat, doubt]).toEqual([2, true, 'REST_CYCLE']);
  });

  it.each([1, 2, 3, 50, 250, 900])('comes round after %i pages is left there, and doubted', (length) => {
    const next = (cursor: string) => String((Number(cursor === 'a' ? 0 : cursor) + 1) % length);
    const byCursor = walk({ by: 'cursor', path: 'next', param: 'c' }, (url) => ({
      items: [{ id: Math.random() }],
      next: next(cursorOf(url)),
    }));
    expect(byCursor.doubt).toBe('REST_CYCLE');
    expect(byCursor.asked.length).toBeLessThanOrEqual(length <= 200 ? length + 1 : 3 * length);
    const byNumber = walk({ by: 'number' }, (url) => ({ items: [{ id: numberOf(url) % length }] }));
    expect([byNumber.isRepeat, byNumber.doubt]).toEqual([true, 'REST_CYCLE']);
  });

  it('does not know the cursor gives its page once', () => {
    const { asked, isRepeat, doubt } = walk({ by: 'cursor', path: 'next', param: 'c' }, () => ({
      items,
      next: 'b',
    }));
    expect([asked.length, isRepeat, doubt]).toEqual([2, true, 'REST_CYCLE']);
  });

  it('names another page goes on, though two hold the same', () => {
    const next = { a: 'b', b: 'c', c: 'd' };
    const answer = (url: URL) => ({
      items: cursorOf(url) < 'c' ? items : [{ id: cursorOf(url) }],
      next: next[cursorOf(url) as 'a'] ?? null,
    });
    const { asked, isRepeat, doubt } = walk({ by: 'cursor', path: 'next', param: 'c' }, answer);
    expect([asked.length, isRepeat, doubt]).toEqual([4, false, undefined]);
  });

  it.each([1, 2, 3, 50, 250, 900])(
    'repeats its %i pages under ever new cursors is left, and doubted',
    (length) => {
      const numberOf = (url: URL) => Number(url.searchParams.get('c') ?? 0);
      const answer = (url: URL) => ({ items: [{ id: numberOf(url) % length }], next: numberOf(url) + 1 });
      const { asked, isRepeat, doubt } = walk({ by: 'cursor', path: 'next', param: 'c' }, answer, 4_000);
      expect([isRepeat, doubt]).toEqual([true, 'REST_CYCLE']);
      expect(asked.length).toBeLessThanOrEqual(length <= 200 ? length + 2 : 3 * length);
    },
  );

  it('repeats its page among empty ones under ever new cursors is left, and doubted', () => {
    const numberOf = (url: URL) => Number(url.searchParams.get('c') ?? 0);
    const answer = (url: URL) => ({ items: numberOf(url) % 2 === 0 ? items : [], next: numberOf(url) + 1 });
    const { asked, doubt } = walk({ by: 'cursor', path: 'next', param: 'c' }, answer);
    expect([asked.length, doubt]).toEqual([5, 'REST_CYCLE']);
  });

  it.each([0, '0'])('has a cursor of %j is read on', (zero) => {
    const next: Record<string, unknown> = { a: zero, 0: 1, 1: null };
    const answer = (url: URL) => ({ items: [{ id: cursorOf(url) }], next: next[cursorOf(url)] });
    const { asked, doubt } = walk({ by: 'cursor', path: 'next', param: 'c' }, answer);
    expect([asked, doubt]).toEqual([['', '?c=0', '?c=1'], undefined]);
  });

  it.each([null, '', false, undefined])('has a cursor of %j has ended', (next) => {
    const { asked, doubt } = walk({ by: 'cursor', path: 'next', param: 'c' }, () => ({ items, next }));
    expect([asked.length, doubt]).toEqual([1, undefined]);
  });

  it('has empty pages between others is read to its end by cursor', () => {
    const pages = [2, 0, 0, 1, 0];
    const answer = (url: URL) => {
      const at = Number(url.searchParams.get('c') ?? 0);
      const rows = Array.from({ length: pages[at] ?? 0 }, (_, id) => ({ id: `${at} ${id}` }));
      return { items: rows, next: at + 1 < pages.length ? at + 1 : null };
    };
    const { asked, doubt } = walk({ by: 'cursor', path: 'next', param: 'c' }, answer);
    expect([asked.length, doubt]).toEqual([5, undefined]);
  });

  it('names ever another page after its last is left after five, and doubted', () => {
    const answer = (url: URL) => ({ items: [], next: Number(url.searchParams.get('c') ?? 0) + 1 });
    const { asked, doubt } = walk({ by: 'cursor', path: 'next', param: 'c' }, answer);
    expect([asked.length, doubt]).toEqual([5, 'REST_EMPTY']);
  });

  it('gives the same cursor with its empty last page has ended', () => {
    const answer = (url: URL) => (cursorOf(url) === 'z' ? { items: [], next: 'z' } : { items, next: 'z' });
    expect(walk({ by: 'cursor', path: 'next', param: 'c' }, answer)).toMatchObject({
      isRepeat: false,
      doubt: undefined,
    });
  });
});

function start(
  page: unknown,
  facts: Record<string, unknown> = {},
): { job: ReturnType<typeof makeJob>; first: PageRequest<'rest'> } {
  const job = makeJob([
    { rest: { url: `${origin}/items`, headers, items: 'items', page, label: 'page', ...facts } },
  ]);
  return { job, first: seedRequests(job).next[0] as PageRequest<'rest'> };
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
