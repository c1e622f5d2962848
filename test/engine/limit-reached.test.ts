import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { limitReached, splitByPageLimit, visitsOfCrash } from '../../shared/engine/outcome/outcome.ts';
import { watchLimits } from '../../shared/engine/run/run-limits.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Batch, Counts, PageRequest } from '../../shared/model.ts';
import { makeJob } from './world.ts';

const request = (kind: PageRequest['kind'], index = 0) =>
  ({
    kind,
    url: `http://a.test/${kind}/${index}`,
    label: 'default',
    depth: 0,
    attempt: 0,
    source: 0,
  }) as PageRequest;
const [page, file, sitemap] = [request('page'), request('download'), request('sitemap')];
const startedAt = 1_000;

function setUp(
  limits: Partial<Job['limits']>,
  { passedMs = 0, maxRunMs }: { passedMs?: number; maxRunMs?: number },
) {
  const job = makeJob({ sources: [{ urls: { list: 'http://a.test/' } }], limits });
  const context = { id: 'r', job, startedAt, limits: watchLimits(job.limits) } as unknown as RunContext;
  const reached = (counts: Counts | undefined, ...requests: PageRequest[]) => {
    const readCounts = async () => {
      if (counts === undefined) throw new Error('the counts are read');
      return counts;
    };
    const engine = {
      now: () => startedAt + passedMs,
      limits: { maxRunMs, batchSize: 7 },
      ledger: { readCounts },
    };
    return limitReached(engine as unknown as Engine, context, { requests });
  };
  return { context, reached };
}

describe('limitReached', () => {
  it.each<[Partial<Job['limits']>, { passedMs?: number; maxRunMs?: number }, string | undefined]>([
    [{ maxDurationMs: 100 }, { passedMs: 99 }, undefined],
    [{ maxDurationMs: 100 }, { passedMs: 100 }, 'LIMIT_DURATION'],
    [{}, { passedMs: 99, maxRunMs: 100 }, undefined],
    [{}, { passedMs: 100, maxRunMs: 100 }, 'LIMIT_RETENTION'],
  ])('by %j and the time %j is %s', async (limits, time, code) => {
    expect(await setUp(limits, time).reached(undefined, page)).toBe(code);
  });

  it.each<[Partial<Job['limits']>, Counts, PageRequest['kind'][], string | undefined]>([
    [{ maxItems: 3 }, { items: 2 }, ['page'], undefined],
    [{ maxItems: 3 }, { items: 3 }, ['page'], 'LIMIT_ITEMS'],
    [{ maxItems: 3 }, { items: 3 }, [], 'LIMIT_ITEMS'],
    // Files are those of items that count.
    [{ maxItems: 3 }, { items: 3 }, ['download', 'download'], undefined],
    [{ maxItems: 3 }, { items: 3 }, ['download'], undefined],
    [{ maxItems: 3 }, { items: 3 }, ['download', 'page'], 'LIMIT_ITEMS'],
    [{ maxBytes: 10 }, { bytes: 9 }, ['page'], undefined],
    [{ maxBytes: 10 }, { bytes: 10 }, ['page'], 'LIMIT_BYTES'],
    [{ maxBytes: 10 }, { bytes: 10 }, ['download'], 'LIMIT_BYTES'],
    [{ budgetUsd: 0.5 }, { billedMicroUsd: 499_999 }, ['page'], undefined],
    [{ budgetUsd: 0.5 }, { billedMicroUsd: 500_000 }, ['page'], 'LIMIT_BUDGET'],
  ])('of %j with the counts %j for %j is %s', async (limits, counts, kinds, code) => {
    const requests = kinds.map((kind, index) => request(kind, index));
    expect(await setUp(limits, {}).reached(counts, ...requests)).toBe(code);
  });

  it('reads counts for limits that need them alone, and for what only leads to pages', async () => {
    const { context, reached } = setUp({ maxPages: 5 }, {});
    expect(await reached(undefined, page)).toBeUndefined();
    await expect(reached(undefined, page, sitemap)).rejects.toThrow('the counts are read');
    expect(await reached({ 'reserved:pages': 5 }, sitemap)).toBeUndefined();
    expect(context.limits.left('pages')).toBe(0);
    const known = setUp({ maxItems: 3 }, {});
    known.context.limits.learn({ items: 3 });
    expect(await known.reached(undefined, page)).toBe('LIMIT_ITEMS');
  });
});

describe('splitByPageLimit', () => {
  it('ends what only leads to pages once no page is left, and not before', () => {
    const batch: Batch = { run: 'r', id: 'b', host: 'a.test', requests: [page, sitemap] };
    const { context } = setUp({ maxPages: 5 }, {});
    context.limits.learn({ 'reserved:pages': 4 });
    expect(splitByPageLimit(context, batch)).toEqual({ wanted: batch, pastLimit: [] });
    context.limits.learn({ 'reserved:pages': 5 });
    const { wanted, pastLimit } = splitByPageLimit(context, batch);
    expect(wanted.requests).toEqual([page]);
    expect(pastLimit.map(({ fact }) => [fact.url, fact.end, fact.code])).toEqual([
      [sitemap.url, 'skipped', 'LIMIT_PAGES'],
    ]);
  });
});

it('visitsOfCrash splits a batch into its requests, and fails one that is alone', () => {
  const engine = { limits: { batchSize: 7 } } as unknown as Engine;
  const ofTwo = visitsOfCrash({ run: 'r', id: 'b', host: 'a.test', requests: [page, file] }, engine);
  expect(ofTwo).toMatchObject({ visits: [], unvisited: [page, file], ownBatchSize: 1, isSplit: true });
  const alone = visitsOfCrash({ run: 'r', id: 'b', host: 'a.test', requests: [page] }, engine);
  expect(alone.isSplit).toBeUndefined();
  expect(alone.visits.map(({ fact }) => [fact.end, fact.code])).toEqual([['failed', 'BATCH_CRASHED']]);
});
