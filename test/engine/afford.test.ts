import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afford } from '../../shared/engine/outcome/afford.ts';
import type { Batch, PageRequest } from '../../shared/model.ts';
import { placesOf } from '../../shared/sources/places/places-of.ts';
import { enterWorld } from './setting.ts';
import { leaseMs, makeJob, type World } from './world.ts';

/** Of a search for names and ratings: 35 US dollars for a thousand. */
const priceMicroUsd = 35_000;

async function startSearch(world: World, run: string, budgetUsd: number | undefined) {
  const places = {
    ...{ key: '${env:PLACES_KEY}', queries: ['dentist'], fields: ['name', 'rating'] },
    areas: [{ box: { west: 0, south: 0, east: 0.1, north: 0.1 } }],
  };
  await world.start(
    run,
    makeJob({ sources: [{ places }], limits: budgetUsd === undefined ? {} : { budgetUsd } }),
  );
  const process = world.newProcess('p');
  const context = await process.contextOf(run);
  const [first] = placesOf(context.env).first(0).next;
  if (first?.kind !== 'cell') throw new Error(`it begins with ${first?.kind}`);
  const request: PageRequest<'cell'> = { ...first, cursor: { ...first.cursor, stage: 'read' } };
  return {
    request,
    /** How many of `count` requests of a batch may be made, after `deaths` of processes that held it. */
    async affordable(
      id: string,
      count: number,
      deaths: number,
      changes: Partial<PageRequest<'cell'>>[] = [],
    ) {
      const requests = Array.from({ length: count }, (_, index) => ({ ...request, ...changes[index] }));
      const batch: Batch = { run, id, host: 'h', requests };
      await world.ledger.lease({ run, batch: id, owner: 'p', leaseMs });
      return afford(process, context, batch, deaths);
    },
  };
}

const env = { PLACES_KEY: 'demo-key' };

describe('afford', () => {
  it.each([
    [0, 3],
    [1, 2],
    [2, 0],
    [9, 0],
  ])(
    'takes from a budget for five what %i processes that died may have spent: %i of three',
    async (deaths, left) => {
      const search = await startSearch(enterWorld({}, env), 'r', 0.2);
      const { affordable, refused } = await search.affordable('b', 3, deaths);
      expect([affordable.requests.length, refused.length]).toEqual([left, 3 - left]);
      expect(affordable.requests.every(({ isPaid }) => isPaid)).toBe(true);
      expect(refused.every(({ fact }) => fact.end === 'skipped' && fact.code === 'LIMIT_BUDGET')).toBe(true);
    },
  );

  it('makes all of a batch where no budget is set, and reserves nothing of one', async () => {
    const world = enterWorld({}, env);
    const search = await startSearch(world, 'r', undefined);
    const { affordable, refused } = await search.affordable('b', 3, 2);
    expect([affordable.requests.length, refused.length]).toEqual([3, 0]);
    expect(await world.ledger.readCounts('r')).not.toHaveProperty('reserved:microUsd');
  });

  it('makes what is paid for, whatever is left', async () => {
    const search = await startSearch(enterWorld({}, env), 'r', 0.1);
    await search.affordable('a', 2, 0);
    const { affordable, refused } = await search.affordable('b', 3, 0, [{ isPaid: true }]);
    expect([affordable.requests.length, refused.length]).toEqual([1, 2]);
  });

  it.each([
    [0.1051, 0, 1],
    [0.1051, 1, 0],
    [0.1401, 1, 1],
    [0.1401, 2, 0],
    [0.1751, 2, 1],
  ])(
    'pays again for a later page of a cell with which processes died: of $%f, %i deaths',
    async (budgetUsd, deaths, sent) => {
      const search = await startSearch(enterWorld({}, env), 'r', budgetUsd);
      const countedKeys = Array.from({ length: 45 }, (_, index) => `cid:${index}`);
      const bid = { perUsd: 428, microUsd: 105_000 };
      const first = await search.affordable('a', 1, 0, [
        { cursor: { ...search.request.cursor, countedKeys, bid } },
      ]);
      expect(first.affordable.requests[0]?.paidAhead).toBe(2);
      const { affordable } = await search.affordable('b', 1, deaths, [{ isPaid: true, paidAhead: 1 }]);
      expect(affordable.requests.length).toBe(sent);
    },
  );

  it('pays for all pages of a counted cell at once, or for as many as are left', async () => {
    const search = await startSearch(enterWorld({}, env), 'r', 0.16);
    const countedKeys = Array.from({ length: 45 }, (_, index) => `cid:${index}`);
    const ofCell = (cursor: PageRequest<'cell'>['cursor']) => ({ cursor });
    const bid = { perUsd: 428, microUsd: 105_000 };
    const cell = ofCell({ ...search.request.cursor, countedKeys, bid });
    const { affordable, refused } = await search.affordable('b', 3, 0, [cell, cell, cell]);
    expect(affordable.requests.map(({ paidAhead = 0 }) => paidAhead)).toEqual([2, 0]);
    expect(refused.length).toBe(1);
    const next = await search.affordable('c', 1, 0, [{ isPaid: true, paidAhead: 1 }]);
    expect(next.affordable.requests.length).toBe(1);
  });

  it('is never billed more than the budget, whoever dies and with whatever batch', async () => {
    const world = enterWorld({}, env);
    let runs = 0;
    const batches = fc.array(fc.record({ count: fc.nat(5), deaths: fc.nat(3), ofPaid: fc.nat(2) }), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(batches, fc.integer({ min: 1, max: 20 }), async (all, budget) => {
        runs += 1;
        const search = await startSearch(world, `r${runs}`, (budget * priceMicroUsd + 1) / 1e6);
        let billed = 0;
        let paidBefore = 0;
        for (const [index, { count, deaths, ofPaid }] of all.entries()) {
          let granted = 0;
          const paid = Array.from({ length: Math.min(ofPaid, count) }, () => ({ isPaid: true as const }));
          paidBefore += paid.length;
          // Each process that held the batch was granted what it could pay, asked for it, and died.
          for (let dead = 0; dead <= deaths; dead += 1) {
            const { affordable } = await search.affordable(`b${index}`, count, dead, paid);
            granted += affordable.requests.length;
          }
          billed += granted;
        }
        expect(billed).toBeLessThanOrEqual(budget + paidBefore);
      }),
      { numRuns: 25 },
    );
  });
});
