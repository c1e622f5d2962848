import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../shared/engine/engine.ts';
import { findBarren, markWatched, quotaOfFamily } from '../../../shared/engine/traps/barren-pages.ts';
import { type FamilyId, familyOf, shapeOfFamily } from '../../../shared/engine/traps/families.ts';
import { spareTraps } from '../../../shared/engine/traps/spare-traps.ts';
import type { Batch, Outcome, PageFact, PageRequest } from '../../../shared/model.ts';

const url = (path: string) => `https://site.example${path}`;
const familyAt = (path: string, referrer = '/') => familyOf(url(path), url(referrer)) ?? '';
const [month, day, deep] = ['/plan/2026-05', '/plan/2026-05-01', '/a/b/c/d/e/f'];
const families = { month: familyAt(month), day: familyAt(day), deep: familyAt(deep, '/a/b/c/d/e') };

const link = (path: string, referrer: string, changes: object = {}): PageRequest => ({
  ...{ kind: 'page', url: url(path), referrer: url(referrer), label: 'default', depth: 1, attempt: 0 },
  ...changes,
});

/** A page of a family, to which `barrenSteps` barren ones led, and what it gave. */
function outcomeOf(path: string, family: FamilyId, fact: Partial<PageFact>, hasItem = false): Outcome {
  const page = { ...{ kind: 'page', url: url(path), label: 'default', depth: 1, attempt: 0 }, family };
  const items = hasItem ? [{ item: 'x', url: url(path), fields: {} }] : [];
  const pages: PageFact[] = [{ ...page, kind: 'page', end: 'stored', ...fact }];
  const batchSizes = { own: 1, other: 1 };
  return { run: 'r', batch: 'b', pages, items, links: [], retries: [], counts: {}, batchSizes };
}

const next = link('/plan/2026-06', month);
const other = link('/about', month);

describe('findBarren', () => {
  it.each<[string, string, FamilyId, number, boolean, PageRequest[], Record<FamilyId, number>]>([
    ['a month that leads to the next', month, families.month, 2, false, [next], { [families.month]: 1 }],
    ['one that leads nowhere', month, families.month, 2, false, [], { [families.month]: 1 }],
    ['one that leads elsewhere', month, families.month, 3, false, [next, other], { [families.month]: -2 }],
    ['one with an item', month, families.month, 3, true, [next], { [families.month]: -2 }],
    ['one with an item, behind one that is barren', month, families.month, 1, true, [next], {}],
    ['one to which no barren page led', month, families.month, 0, false, [next], {}],
    ['a day with an item', day, families.day, 1, true, [], { [families.day]: -10, [families.month]: -1 }],
    ['a day without', day, families.day, 1, false, [], { [families.day]: 1 }],
    [
      'a path that leads deeper',
      deep,
      families.deep,
      1,
      false,
      [link(`${deep}/g`, deep)],
      { [families.deep]: 1 },
    ],
    ['a path that ends', deep, families.deep, 1, false, [], {}],
  ])('takes of its quota for %s', (_, path, family, barrenSteps, hasItem, own, taken) => {
    const { requests } = findBarren(outcomeOf(path, family, { barrenSteps }, hasItem), own);
    const quotas = Object.entries(taken).map(([of, wanted]) => ({
      name: quotaOfFamily(of),
      wanted,
      limit: shapeOfFamily(of).maxBarren,
    }));
    expect(requests).toEqual(quotas);
  });

  it('looks at no page that is not stored, and at none of no family', () => {
    const failed = outcomeOf(month, families.month, { end: 'failed', barrenSteps: 1 });
    expect(findBarren(failed, [next])).toEqual({ pages: new Map(), requests: [] });
    const { family: _, ...plain } = outcomeOf(month, families.month, {}).pages[0] ?? ({} as PageFact);
    expect(findBarren({ ...failed, pages: [plain] }, [next]).pages.size).toBe(0);
  });
});

describe('markWatched', () => {
  const marked = (outcome: Outcome, ...own: PageRequest[]) =>
    markWatched(own, findBarren(outcome, own)).map(({ barrenFamily, barrenSteps }) => [
      barrenFamily,
      barrenSteps,
    ]);
  const toDay = link(day, month);

  it('counts the barren pages that lead to one of the family, and watches no other', () => {
    const own = [next, toDay];
    const family = [
      [families.month, 3],
      [families.day, 3],
    ];
    expect(marked(outcomeOf(month, families.month, { barrenSteps: 2 }), ...own)).toEqual(family);
    const agenda = link('/agenda/2026-06', month);
    expect(marked(outcomeOf(month, families.month, {}), next, agenda)).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(marked(outcomeOf(month, families.month, {}), next)).toEqual([[families.month, 1]]);
  });

  it('watches the days of a month that gave something, and not its next months', () => {
    const giving = outcomeOf(month, families.month, { barrenSteps: 2 }, true);
    expect(marked(giving, next, toDay)).toEqual([
      [undefined, undefined],
      [families.day, 1],
    ]);
  });
});

describe('spareTraps', () => {
  const spare = async (used: number, requests: PageRequest[]) => {
    const engine = { now: () => 1_000, ledger: { readQuotas: async () => [used] } } as unknown as Engine;
    const batch: Batch = { run: 'r', id: 'b', host: 'site.example', requests };
    const { wanted, later, trapped } = await spareTraps(engine, batch);
    expect(later.every(({ notBefore }) => notBefore === 3_000)).toBe(true);
    expect(trapped.every(({ fact }) => fact.end === 'skipped' && fact.code === 'TRAP')).toBe(true);
    return [wanted.requests.length, later.length, trapped.length];
  };
  const watched = (barrenSteps: number) => link(month, '/', { barrenFamily: families.month, barrenSteps });

  it.each([
    ['five at a time', 0, [1, 1, 1, 1, 1, 1, 1], [5, 2, 0]],
    ['no more than are left', 57, [1, 1, 1, 1], [3, 1, 0]],
    ['none once none is left', 60, [1, 1], [0, 0, 2]],
    ['none that too many barren ones led to', 24, [24, 25], [1, 0, 1]],
    ['those as long as fewer were barren in all', 23, [25], [1, 0, 0]],
  ])('sends of a family %s', async (_, used, steps, expected) => {
    expect(await spare(used, steps.map(watched))).toEqual(expected);
    // What belongs to no family is sent whatever becomes of the others.
    const [sent = 0, ...left] = expected;
    expect(await spare(used, [...steps.map(watched), other])).toEqual([sent + 1, ...left]);
  });

  it('asks for no quota where nothing is watched', async () => {
    const engine = { now: () => 0, ledger: {} } as unknown as Engine;
    const batch: Batch = { run: 'r', id: 'b', host: 'h', requests: [other] };
    expect(await spareTraps(engine, batch)).toEqual({ wanted: batch, later: [], trapped: [] });
  });
});
