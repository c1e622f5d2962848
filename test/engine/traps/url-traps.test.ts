import { describe, expect, it } from 'vitest';
import { makeTrapOf } from '../../../shared/engine/traps/url-traps.ts';
import { parseJob } from '../../extract/compile-job.ts';

const startedAt = Date.UTC(2026, 10, 29);
const of = (job: object, path: string) =>
  makeTrapOf(parseJob({ pages: { p: {} }, ...job }), startedAt)?.(`https://site.example${path}`);

describe('makeTrapOf', () => {
  it.each([
    ['/help/help/help/a', 'repeat', '/help three times'],
    ['/a1/b1/a1/b1/a1/b1', 'repeat', '/a1/b1 three times'],
    [`/${'x/y/z/w/'.repeat(5)}end`, 'depth', '21 segments'],
    [
      `/q?${Array.from({ length: 21 }, (_, index) => `a${index}=1`).join('&')}`,
      'parameters',
      '21 parameters',
    ],
    [`/q?${'id=1&'.repeat(21)}`, 'parameters', '21 of id'],
    ['/q?u=a%3Fu%3Db', 'return', 'u'],
    ['/q?u=a%26u%3Db', 'return', 'u'],
    ['/x/ab/10/ab/10/ab/10', 'repeat', '/ab/10 three times'],
    ['/aa/aa/aa', 'repeat', '/aa three times'],
    ['/q?u=%2Fa%253Fu%253Db', 'return', 'u'],
    ['/calendar/2029/01', 'date', '2029'],
    ['/2029/12/', 'date', '2029'],
    ['/on/2029-01-31', 'date', '2029'],
    ['/list?day=2029-01-31', 'date', '2029'],
    ['/list?year=2031&m=1', 'date', '2031'],
  ] as const)('does not follow %s: %s, for %s', (path, kind, found) => {
    expect(of({}, path)).toEqual({ kind, found });
  });

  it.each([
    ['/c?sort_by=price', 'order', '/c'],
    ['/c?page=2&sort=new&x=1', 'order', '/c?page=2&x=1'],
    ['/c?order=asc&dir=desc', 'order', '/c'],
    ['/c/?C=N;O=D', 'order', '/c/'],
    ['/c?view=grid', 'order', '/c'],
    ['/c?limit=48', 'order', '/c'],
    ['/post?replytocom=17', 'order', '/post'],
    ['/c?selected_facets=rating_exact%3A5&page=2', 'facet', '/c?page=2'],
    ['/c?filter%5Bcolour%5D=red&sort=x', 'facet', '/c'],
    ['/c?f[0]=brand%3A1', 'facet', '/c'],
    ['/c?filter.v.option.size=M', 'facet', '/c'],
    ['/c?filter_color=red&query_type_color=or', 'facet', '/c'],
    ['/c?min_price=10&max_price=20', 'facet', '/c'],
    ['/c?price=10-20', 'facet', '/c'],
    ['/login?next=%2Fitem%2F1', 'return', '/login'],
    ['/login?x&next=https%3A%2F%2Fsite.example%2F&y=1', 'return', '/login?x&y=1'],
    ['/node/add?destination=node', 'return', '/node/add'],
    [
      '/w/index.php?title=Special:UserLogin&returnto=Main+Page',
      'return',
      '/w/index.php?title=Special:UserLogin',
    ],
  ] as const)('takes the list itself in place of %s: %s, %s', (path, kind, base) => {
    expect(of({}, path)).toMatchObject({ kind, base: `https://site.example${base}` });
  });

  it.each([
    '/',
    '/2024/05/12/post',
    '/2027/11/12/post',
    '/items/2048/12',
    '/item-2048-12345',
    '/0/0/0/file',
    '/a/a/a',
    '/10/10/10',
    '/product?order=10023',
    '/list?view=article&id=5',
    '/list?mode=42',
    '/list?per_page=20&page=3',
    '/list?limit=20&offset=40',
    '/list?filter=active',
    '/list?price=12.50',
    '/go?url=https%3A%2F%2Fother.example%2F',
    '/list?next=2',
    '/search?q=a%3Db',
    '/tag/a/b/a/b/a',
    '/help/help/x',
    '/aa/bb/aa/bb/aa/cc',
    '/2028/12/',
    '/list?year=2028&m=1',
    '/list?abc=%3f',
    `/${'x/y/z/w/'.repeat(5).slice(0, -1)}`,
    `/q?${Array.from({ length: 20 }, (_, index) => `a${index}=1`).join('&')}`,
    `/q?${'id=1&'.repeat(20)}`,
    `/q?${'id=1&'.repeat(20)}x=1`,
  ])('follows %s', (path) => {
    expect(of({}, path)).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ pages: { p: { match: 'regex:[?&]sort_by=new' } } }, '/c?sort_by=new'],
    [{ pages: { p: { follow: [{ select: 'a[href*="selected_facets="]' }] } } }, '/c?selected_facets=x'],
    [{ scope: { include: ['/c?filter[colour]=*'] } }, '/c?filter[colour]=red'],
    [{ sources: [{ crawl: { start: 'https://site.example/c?view=grid' } }] }, '/c?view=grid'],
    [{ scope: { include: ['/calendar/2031/**'] } }, '/calendar/2031/05'],
    [{ scope: { include: ['/login?next=*'] } }, '/login?next=%2Fitem%2F1'],
  ])('follows what the job %j names: %s', (job, path) => {
    expect(of({}, path)).toBeDefined();
    expect(of(job, path)).toBeUndefined();
  });

  it('follows all where the job says so, and in runs of earlier versions', () => {
    expect(of({ scope: { traps: 'follow' } }, '/help/help/help')).toBeUndefined();
    const job = parseJob({ pages: { p: {} } });
    const { traps: _, ...scope } = job.scope;
    expect(makeTrapOf({ ...job, scope }, startedAt)).toBeUndefined();
  });
});
