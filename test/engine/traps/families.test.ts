import { describe, expect, it } from 'vitest';
import {
  areOfOneFamily,
  familyOf,
  monthsOfDays,
  shapeOfFamily,
} from '../../../shared/engine/traps/families.ts';

const url = (path: string) => `https://site.example${path}`;
const of = (path: string, referrer?: string) =>
  familyOf(url(path), referrer === undefined ? undefined : url(referrer));

describe('familyOf', () => {
  it.each([
    ['/calendar/2026/11', '/calendar/2026/12/05'],
    ['/calendar?month=2026-11', '/calendar?month=1999-01'],
    ['/day/2026-11-05', '/day/2027-01-31'],
    ['/calendar?month=2026-11', '/calendar?day=2026-11-05'],
    ['/calendar?view=month&date=2026-11', '/calendar?view=day&date=2026-11-05'],
    ['/calendar?year=2026&month=11', '/calendar?month=11&year=2026&day=5'],
    ['/events/month/2026-11', '/events/day/2026-11-05'],
    ['/events/week/2026-W05', '/events/2026/11'],
    ['/wear?colour=red&size=m', '/wear?brand=x&colour=blue&fit=slim'],
    ['/wear?colour=red&size=m', '/wear?size=m&colour=red&page=3'],
    ['/news?page=2', '/news?page=3'],
    ['/index.php?option=a&view=list&id=1', '/index.php?option=a&view=list&id=2'],
  ])('holds %s and %s to be of one family', (one, other) => {
    expect(of(one)).toBeDefined();
    expect(areOfOneFamily(of(one) ?? '', of(other) ?? '')).toBe(true);
  });

  it.each([
    ['/calendar/2026/11', 'm'],
    ['/calendar/2026-W05/', 'm'],
    ['/calendar?year=2026&month=11', 'm'],
    ['/calendar/2026/1/5', 'd'],
    ['/calendar/20261105', 'd'],
    ['/calendar?year=2026&month=11&day=5', 'd'],
    ['/list?from=2026-11&colour=red&size=m', 'v'],
    ['/list?day=5&page=2', 'p'],
  ])('knows what the address %s names: %s', (path, shape) => {
    expect(of(path)?.charAt(0)).toBe(shape);
  });

  it.each([
    ['/calendar/2026/11', '/agenda/2026/11'],
    ['/2026/11/first-post', '/2026/11/second-post'],
    ['/index.php?option=a&view=list&id=1', '/index.php?option=a&view=article&id=1'],
    ['/news?page=2', '/news/sport?page=2'],
    ['/news?page=2&tag=a', '/news?page=2&tag=b'],
  ])('tells %s from %s', (one, other) => {
    expect(of(one)).toBeDefined();
    expect(areOfOneFamily(of(one) ?? '', of(other) ?? '')).toBe(false);
  });

  it.each([
    '/',
    '/item/12345',
    '/item?id=12345',
    '/2026/',
    '/a/b/c/d/e/f/g',
    '/v1.2024.3',
    '/list?sort=a',
    '/list?day=5',
    '/list?year=2026',
  ])('watches no %s', (path) => {
    expect(of(path)).toBeUndefined();
  });

  it('watches pages that lead deeper than themselves, from six segments on', () => {
    expect(of('/a/b/c/d/e', '/a/b/c/d')).toBeUndefined();
    const family = of('/a/b/c/d/e/f', '/a/b/c/d/e');
    expect(family).toBeDefined();
    expect(of('/a/b/c/x/y/z/w', '/a/b/c/x/y/z')).toBe(family);
    expect(of('/a/b/c/d/e/f', '/a/b/c')).toBe(family);
    expect(of('/a/b/c/d/e/f', '/')).toBeUndefined();
    expect(of('/a/b/c/d/e/f', '/a/b/x')).toBeUndefined();
    expect(familyOf(url('/a/b/c/d/e/f'), 'https://other.example/a/b')).toBeUndefined();
  });
});

it.each([
  ['m', { maxBarren: 60, maxSteps: 24, countsEnds: true, returns: 6 }],
  ['d', { maxBarren: 40, countsEnds: true, returns: 10 }],
  ['v', { maxBarren: 20, countsEnds: true, returns: 1 }],
  ['t', { maxBarren: 20, countsEnds: false, returns: 1 }],
  ['p', { maxBarren: 40, countsEnds: false, returns: 1 }],
])('a family of shape %s ends, and is given back, as docs/decisions/traps.md says', (shape, expected) => {
  const { returns, ...terms } = shapeOfFamily(`${shape}x`);
  expect({ ...terms, returns: returns(7) }).toEqual(expected);
  expect(monthsOfDays(`${shape}x`)).toBe(shape === 'd' ? 'mx' : undefined);
});
