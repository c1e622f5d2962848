import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeRandom } from '../../bench/random.ts';
import { changesPerRun, visitsBefore } from '../../shared/changes/change-rate.ts';
import { scheduleVisits } from '../../shared/changes/visit-schedule.ts';
import type { ChangeHistory, VisitPlan } from '../../shared/model.ts';

describe('changesPerRun', () => {
  const seen = (visits: number, changes: number): ChangeHistory => ({
    ...{ since: 1, run: 1 + visits, visits, changes, share: 1 },
  });

  it('is the bias-reduced estimate of Cho and Garcia-Molina, with one visit that is as those of all pages', () => {
    // n = 10 and 1 assumed visit, X = 3 and no assumed change.
    expect(changesPerRun(seen(10, 3), 12, 0)).toBeCloseTo(-Math.log(8.5 / 11.5));
    expect(changesPerRun(seen(10, 3), 12, 0.5)).toBeCloseTo(-Math.log(8 / 11.5));
    expect(changesPerRun(seen(10, 0), 12, 0)).toBe(0);
    expect(changesPerRun(seen(10, 10), 12, 0)).toBeCloseTo(-Math.log(1.5 / 11.5));
  });

  it('counts the visits since the record was written, which found no change, and the runs between visits', () => {
    const rarely: ChangeHistory = { since: 1, run: 5, visits: 4, changes: 4, share: 0.25 };
    expect(visitsBefore(rarely, 22)).toBe(8);
    expect(changesPerRun(rarely, 22, 0)).toBeCloseTo(-Math.log(5.5 / 9.5) / 2.5);
  });
});

interface SimulatedPage {
  key: string;
  rate: number;
  seen: ChangeHistory;
  /** The time of its next change, and that of the first one since it was visited. */
  next: number;
  staleFrom: number;
  visitedAt: number;
}

const many = { pages: 500, budget: 50, runs: 240, after: 80 };

/** Freshness: the share of pages and time for which the last visit shows what the page is. */
interface Simulated {
  freshness: number;
  perRun: number;
  longestWait: number;
  /** The most pages that a run asks for. */
  most: number;
}

/** Pages that change by Poisson processes of known rates, visited once a run: as `scheduleVisits` says, or all in turn. */
function simulate(rateOf: (random: number) => number, way: 'due' | 'in turn', runs = many.runs): Simulated {
  const random = makeRandom(1);
  const wait = (rate: number) => -Math.log(1 - random()) / rate;
  const pages = Array.from({ length: many.pages }, (_, index): SimulatedPage => {
    const rate = rateOf(random());
    const next = 1 + wait(rate);
    const seen = { since: 1, run: 1, visits: 0, changes: 0, share: 1 };
    const key = hash('sha256', String(index), 'base64url').slice(0, 22);
    return { key, rate, seen, next, staleFrom: next, visitedAt: 1 };
  });
  // As the first run leaves it, which knows nothing of changes.
  let plan: VisitPlan = { run: 1, classes: { '-12': many.pages }, changedShare: 0, countedShare: 0 };
  const sum = { fresh: 0, asked: 0, runs: 0, longestWait: 0, most: 0 };
  for (let run = 2; run <= runs; run += 1) {
    const schedule = scheduleVisits(plan, many.budget);
    const classes: Record<string, number> = {};
    let [asked, changed] = [0, 0];
    for (const [index, page] of pages.entries()) {
      const name = schedule.classOf(page.seen);
      classes[name] = (classes[name] ?? 0) + 1;
      if (run > many.after) sum.fresh += Math.max(0, Math.min(1, page.staleFrom - (run - 1)));
      const place = (index - run * many.budget) % many.pages;
      const isInTurn = (place + many.pages) % many.pages < many.budget;
      if (way === 'due' ? !schedule.isDue(page.key, page.seen) : !isInTurn) continue;
      asked += 1;
      sum.longestWait = Math.max(sum.longestWait, run - page.visitedAt);
      page.visitedAt = run;
      if (page.next > run) continue;
      changed += 1;
      // A visit that finds no change leaves what is known of the page as it was.
      const { changes } = page.seen;
      page.seen = { ...page.seen, run, visits: visitsBefore(page.seen, run) + 1, changes: changes + 1 };
      page.seen.share = schedule.shareOf(page.seen);
      while (page.next <= run) page.next += wait(page.rate);
      page.staleFrom = page.next;
    }
    const countedShare = plan.changedShare;
    plan = { run, classes, changedShare: asked === 0 ? 0 : changed / asked, countedShare };
    sum.most = Math.max(sum.most, asked);
    if (run > many.after) [sum.asked, sum.runs] = [sum.asked + asked, sum.runs + 1];
  }
  return {
    freshness: sum.fresh / (sum.runs * many.pages),
    perRun: sum.asked / sum.runs,
    longestWait: sum.longestWait,
    most: sum.most,
  };
}

/** Six in ten hardly ever change, a quarter now and then, some often, and one in twenty many times between two runs. */
const mixed = (random: number) => (random < 0.6 ? 0.0003 : random < 0.85 ? 0.02 : random < 0.95 ? 0.3 : 8);

describe('scheduleVisits', () => {
  it('keeps pages of different rates fresher than visiting all in turn, for the same number of visits', () => {
    const [due, inTurn] = [simulate(mixed, 'due'), simulate(mixed, 'in turn')];
    expect(due.perRun).toBeGreaterThan(0.9 * many.budget);
    expect(due.perRun).toBeLessThan(1.1 * many.budget);
    const stale = (1 - due.freshness) / (1 - inTurn.freshness);
    expect(stale).toBeLessThan(0.85);
  });

  it.each([
    ['of different rates', mixed],
    ['of which one in a hundred always changes', (random: number) => (random < 0.01 ? 8 : 1e-9)],
    ['that all change now and then', () => 0.1],
  ])('asks for no more than the budget and some in any run, the first ones too, of pages %s', (_, rateOf) => {
    expect(simulate(rateOf, 'due', 30).most).toBeLessThan(2 * many.budget);
  });

  it('is about as good where all pages change alike, and there is nothing to gain', () => {
    const [due, inTurn] = [simulate(() => 0.1, 'due'), simulate(() => 0.1, 'in turn')];
    expect(due.freshness).toBeGreaterThan(0.92 * inTurn.freshness);
  });

  it.each([
    ['of different rates', mixed],
    ['that all change many times between two runs', () => 8],
    ['that never change', () => 1e-9],
  ])('leaves no page %s for good, and spends the budget', (_, rateOf) => {
    const { longestWait, perRun } = simulate(rateOf, 'due');
    // A quarter of the budget goes round, in powers of two.
    expect(longestWait).toBeLessThanOrEqual((2 * 4 * many.pages) / many.budget);
    expect(perRun).toBeGreaterThan(0.85 * many.budget);
    expect(perRun).toBeLessThan(1.1 * many.budget);
  });

  it('asks for all pages where they are fewer than the budget, and in the first run', () => {
    const seen = { since: 1, run: 1, visits: 0, changes: 0, share: 1 };
    const few = scheduleVisits({ run: 5, classes: { '-3': 90, leading: 5 }, changedShare: 0 }, 100);
    const first = scheduleVisits(undefined, 1);
    for (const key of ['a', 'b', 'c'].map((name) => hash('sha256', name, 'base64url').slice(0, 22)))
      expect([few.isDue(key, seen), first.isDue(key, undefined)]).toEqual([true, true]);
    expect([few.run, first.run]).toEqual([6, 1]);
  });

  it('spends no more than half of the budget on pages that lead to new ones', () => {
    const leads = { since: 10, run: 10, visits: 0, changes: 0, share: 1, leads: true as const };
    const shareOf = (leading: number) =>
      scheduleVisits({ run: 10, classes: { '-3': 5_000, leading }, changedShare: 0 }, 100).shareOf(leads);
    expect([shareOf(20), shareOf(50), shareOf(500)]).toEqual([1, 1, 0.1]);
  });
});
