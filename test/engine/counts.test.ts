import { describe, expect, it } from 'vitest';
import { add, countFact, hasFailures, hasMissing, sumOf } from '../../shared/engine/counts.ts';
import type { Counts, PageFact } from '../../shared/model.ts';

const fact = (changes: Partial<PageFact>): PageFact => ({
  ...{ kind: 'page', url: 'http://a.test/', label: 'p', depth: 0, attempt: 0, end: 'stored' },
  ...changes,
});

describe('countFact', () => {
  it.each<[Partial<PageFact>, Counts]>([
    [{ bytes: 7 }, { bytes: 7, stored: 1, 'label:p:stored': 1 }],
    [{}, { stored: 1, 'label:p:stored': 1 }],
    [
      { end: 'failed', code: 'HTTP_404' },
      { failed: 1, 'failed:HTTP_404': 1, 'label:p:failed': 1 },
    ],
    [
      { kind: 'sitemap', end: 'failed', code: 'X' },
      { 'source:failed': 1, 'source:failed:X': 1 },
    ],
    [
      { end: 'retry', code: 'HTTP_503', bytes: 2 },
      { retries: 1, bytes: 2 },
    ],
    [{ end: 'retry', code: 'REDIRECTED' }, { redirects: 1 }],
    [
      { isCached: true, bytes: 7, fetchedAt: '2026-01-31T10:00:00.000Z' },
      { 'cached:2026-01-31': 1, stored: 1, 'label:p:stored': 1 },
    ],
    [
      { change: 'changed', hasOtherBody: true },
      { 'change:pages:changed': 1, 'change:otherBody': 1, stored: 1, 'label:p:stored': 1 },
    ],
    [
      { change: 'unchanged', isReused: true, isNotDue: true },
      { 'change:pages:unchanged': 1, reused: 1, notDue: 1, stored: 1, 'label:p:stored': 1 },
    ],
  ])('counts %j as %j', (changes, expected) => {
    const counts: Counts = {};
    countFact(counts, fact(changes));
    expect(counts).toEqual(expected);
  });
});

it.each<[Counts, boolean, boolean]>([
  [{ stored: 3, 'failed:X': 1 }, false, false],
  [{ failed: 1 }, true, false],
  [{ 'source:failed': 1 }, true, false],
  [{ 'label:p:failed': 1 }, false, false],
  [{ incomplete: 1 }, true, false],
  [{ misfits: 1 }, true, false],
  [{ 'change:pages:gone': 1 }, false, true],
  [{ 'change:items:notSeen': 2 }, false, true],
  [{ 'change:items:gone': 0, 'change:pages:new': 1 }, false, false],
])('of %j something has failed: %j, and something is missing: %j', (counts, failures, missing) => {
  expect([hasFailures(counts), hasMissing(counts)]).toEqual([failures, missing]);
});

it('sums counts, and names none that is 0', () => {
  const one: Counts = { a: 1, b: 2 };
  expect(sumOf(one, { b: 3, c: 0, d: -1 })).toEqual({ a: 1, b: 5, d: -1 });
  expect(one).toEqual({ a: 1, b: 2 });
  add(one, 'a');
  add(one, 'e', 0);
  expect(one).toEqual({ a: 2, b: 2 });
});
