import { describe, expect, it } from 'vitest';
import { makeNormalise } from '../../shared/fetch/url.ts';

const rules = { dropParams: [], sortParams: true, canonical: 'ignore' } as const;
const keyOf = makeNormalise({ ...rules, dropParams: [], sessionIds: 'drop' });
const keeping = makeNormalise({ ...rules, dropParams: [] });
const url = (path: string) => `https://site.example${path}`;
const hex = '0123456789abcdef0123456789abcdef';

describe('makeNormalise, with sessionIds: drop', () => {
  it.each([
    ['/a?PHPSESSID=q1&x=1', '/a?x=1'],
    ['/a?x=1&phpsessid=abc', '/a?x=1'],
    ['/a;jsessionid=1A530637289A03B07199A44E8D531427.node1', '/a'],
    ['/a;jsessionid=1A53?x=1', '/a?x=1'],
    ['/a;jsessionid=1A53/b', '/a/b'],
    ['/a?jsessionid=1A53', '/a'],
    ['/a.asp?ASPSESSIONIDQQABCDEF=KLM', '/a.asp'],
    ['/a.cfm?CFID=12345&CFTOKEN=67890', '/a.cfm'],
    ['/shop?osCsid=abc&p=1', '/shop?p=1'],
    ['/shop?zenid=abc', '/shop'],
    ['/(S(lit3py55t21z5v55vlm25s55))/orders.aspx', '/orders.aspx'],
    ['/app/(X(1)S(lit3py55t21z5v55vlm25s55))/orders.aspx', '/app/orders.aspx'],
    [`/viewtopic.php?t=1&sid=${hex}`, '/viewtopic.php?t=1'],
    [`/showthread.php?s=${hex}&t=1`, '/showthread.php?t=1'],
    ['/a?session_id=8f14e45fceea167a5a36dedd', '/a'],
  ])('has one key for %s and %s', (written, key) => {
    expect(keyOf(url(written))).toBe(url(key));
    expect(keyOf(keyOf(url(written)))).toBe(keyOf(url(written)));
  });

  it.each([
    '/a?sid=12',
    '/a?sid=keynote',
    '/conference?session_id=opening-keynote',
    '/conference?session=8f14e45fceea167a5a36dedd',
    `/a?s=${hex}0`,
    '/a?s=words',
    '/a;v=2',
    '/(S(x))/a',
    '/wiki/(S(lit3py55t21z5v55vlm25s55))',
  ])('keeps %s', (path) => {
    expect(keyOf(url(path))).toBe(url(path));
  });

  it('keeps the keys of runs that an earlier version started', () => {
    for (const path of ['/a?PHPSESSID=q1', '/a;jsessionid=1A53', `/a?sid=${hex}`])
      expect(keeping(url(path))).toBe(url(path));
  });
});
