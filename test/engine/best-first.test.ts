import { describe, expect, it } from 'vitest';
import { bestFirst } from '../../shared/engine/outcome/best-first.ts';
import type { Batch, Counts, PageRequest } from '../../shared/model.ts';
import { enterWorld } from './setting.ts';
import { makeJob } from './world.ts';

/** A request that reads a counted cell of `places` places, at $0.035 a page. */
function reading(name: string, places: number): PageRequest {
  const microUsd = 35_000 * Math.ceil(places / 20);
  const bid = { perUsd: Math.floor((places * 1e6) / microUsd), microUsd };
  const cursor = { stage: 'read', page: 0, bid };
  const request = { kind: 'cell', url: `http://a.test/${name}`, label: '', depth: 0, attempt: 0, source: 0 };
  return { ...request, cursor } as unknown as PageRequest;
}

const [full, half, one] = [reading('full', 60), reading('half', 10), reading('one', 1)];
const announced: Counts = { 'bid:571': 105_000, 'bid:285': 35_000, 'bid:28': 35_000 };

async function goingOf(budgetUsd: number | undefined, counts: Counts) {
  const world = enterWorld();
  const engine = world.newProcess('p');
  const limits = budgetUsd === undefined ? {} : { budgetUsd };
  await world.start('r', makeJob({ sources: [{ urls: { list: 'http://a.test/' } }], limits }));
  const context = await engine.contextOf('r');
  const counting = { ...engine, ledger: { ...engine.ledger, readCounts: async () => counts } };
  const batch: Batch = { run: 'r', id: 'b', host: 'a.test', requests: [one, full, half] };
  const { wanted, later } = await bestFirst(counting, context, batch);
  expect(later.every(({ notBefore = 0 }) => notBefore > engine.now())).toBe(true);
  return wanted.requests.map(({ url }) => url.split('/').at(-1));
}

describe('bestFirst', () => {
  it.each<[string, number | undefined, Counts, string[]]>([
    ['lets all go without a budget', undefined, {}, ['one', 'full', 'half']],
    ['lets none go while there is something to count', 10, { ...announced, 'cells:to-count': 1 }, []],
    ['lets all go that the budget covers', 0.175, announced, ['one', 'full', 'half']],
    ['lets what promises less wait where it does not', 0.174, announced, ['full', 'half']],
    [
      'lets all go once the budget has ended',
      0.1,
      { ...announced, 'cell:skipped:LIMIT_BUDGET': 1 },
      ['one', 'full', 'half'],
    ],
    ['lets the best go first', 0.1, announced, ['full']],
    [
      'lets the next go once the best has begun',
      0.1,
      { ...announced, 'begun:571': 105_000 },
      ['full', 'half'],
    ],
  ])('%s', async (_, budgetUsd, counts, going) => {
    expect(await goingOf(budgetUsd, counts)).toEqual(going);
  });
});
