import { describe, expect, it } from 'vitest';
import type { Visit } from '../../shared/engine/make-visit.ts';
import { learnGap, nextLearnedGapMs } from '../../shared/engine/turns/slow-down.ts';
import type { PageEnd, PageFact } from '../../shared/model.ts';
import { enterWorld } from './setting.ts';
import { makeJob } from './world.ts';

const fact = (
  ms: number | undefined,
  end: PageEnd = 'stored',
  kind: PageFact['kind'] = 'page',
): PageFact => ({
  kind,
  url: 'http://a.test/',
  label: 'x',
  depth: 0,
  attempt: 0,
  end,
  ...(ms === undefined ? {} : { ms }),
});
const visits = (...facts: PageFact[]) =>
  facts.map(
    (each): Visit => ({ fact: each, otherFacts: [], items: [], links: [], known: [], linkCounts: {} }),
  );

describe('nextLearnedGapMs', () => {
  it.each([
    ['leaves a fast host alone', 0, 0, visits(fact(50), fact(390)), 0],
    ['goes halfway towards half the latency', 0, 0, visits(fact(2_000)), 500],
    ['takes 400 ms for slow', 0, 0, visits(fact(400)), 100],
    ['keeps a gap that is just large enough to matter', 100, 0, visits(fact(100)), 50],
    ['learns nothing that is no more than the gap of the job', 0, 500, visits(fact(2_000)), 0],
    ['learns nothing from what was not asked for', 700, 0, visits({ ...fact(100), isCached: true }), 700],
    [
      'narrows though a page leads elsewhere',
      1_000,
      0,
      visits(fact(100), { ...fact(undefined, 'retry'), code: 'REDIRECTED' }),
      500,
    ],
    ['goes on from there', 500, 0, visits(fact(2_000)), 750],
    ['learns nothing below the gap of the job', 0, 1_000, visits(fact(2_000)), 0],
    ['narrows when the host recovers', 1_000, 0, visits(fact(100)), 500],
    ['forgets a gap too small to matter', 90, 0, visits(fact(100)), 0],
    ['does not narrow while pages fail', 1_000, 0, visits(fact(100), fact(undefined, 'failed')), 1_000],
    ['nor while they are tried again', 1_000, 0, visits(fact(100), fact(undefined, 'retry')), 1_000],
    ['widens though pages fail', 0, 0, visits(fact(2_000), fact(undefined, 'failed')), 500],
    ['learns nothing from pages without a latency', 700, 0, visits(fact(undefined, 'failed')), 700],
    ['learns nothing from sitemaps', 0, 0, visits(fact(9_000, 'stored', 'sitemap')), 0],
    ['never goes beyond half a minute', 30_000, 0, visits(fact(600_000)), 30_000],
  ])('%s', (_, before, jobGapMs, seen, after) => {
    expect(nextLearnedGapMs(before, jobGapMs, seen)).toBe(after);
  });

  it('does not take this process being busy for the host being slow', () => {
    expect(nextLearnedGapMs(0, 0, visits(fact(1_000)), 0.9)).toBe(0);
  });
});

describe('learnGap', () => {
  it('remembers for all processes what changed enough', async () => {
    const { ledger } = enterWorld();
    const job = makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }] });
    await learnGap(ledger, 'a.test', {}, job, visits(fact(2_000)), 0);
    expect(await ledger.readHost('a.test')).toEqual({ learnedGapMs: 500 });
    await learnGap(ledger, 'a.test', { learnedGapMs: 500 }, job, visits(fact(1_060)), 0);
    expect(await ledger.readHost('a.test')).toEqual({ learnedGapMs: 500 });
    await learnGap(ledger, 'a.test', { learnedGapMs: 60 }, job, visits(fact(10)), 0);
    expect(await ledger.readHost('a.test')).toEqual({ learnedGapMs: 0 });
  });

  it.each<[before: number, ms: number, written: number | undefined]>([
    [100, 100, 50],
    [500, 1_098, undefined],
    // Too small to matter, and still to be forgotten.
    [40, 10, 0],
    [0, 10, undefined],
  ])('of a gap of %i ms and an answer after %i ms writes %s', async (before, ms, written) => {
    const { ledger } = enterWorld();
    const changes: unknown[] = [];
    const watched = { ...ledger, updateHost: async (...call: unknown[]) => void changes.push(call) };
    const job = makeJob({ sources: [{ crawl: { start: 'http://a.test/' } }] });
    await learnGap(watched, 'a.test', { learnedGapMs: before }, job, visits(fact(ms)), 0);
    expect(changes).toEqual(written === undefined ? [] : [['a.test', { learnedGapMs: written }]]);
  });
});
