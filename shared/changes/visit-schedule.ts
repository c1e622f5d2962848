import type { ChangeHistory, VisitPlan } from '../model.ts';
import { changesPerRun } from './change-rate.ts';

/** Which of its pages one run of a job asks for, within a budget. */
export interface VisitSchedule {
  /** The number of the run: 1, where nothing is known of one before. */
  run: number;
  /** Whether the page is asked for. `seen`: as its record says it. */
  isDue(key: string, seen: ChangeHistory | undefined): boolean;
  /** What is taken to be known of a page, where its record says nothing of it. */
  historyOf(seen: ChangeHistory | undefined): ChangeHistory;
  /** Of how many runs one asks for such a page, as a share. */
  shareOf(history: ChangeHistory): number;
  /** What the page is counted under, so that the next run knows how many pages there are that change so often. */
  classOf(history: ChangeHistory): string;
}

/** The class of pages that led to new ones lately. */
export const leading = 'leading';

/** This share of the budget is spent on all pages in turn, however they change; and at most this one on those that lead to new pages. */
const parts = { inTurn: 1 / 4, leading: 1 / 2 };

/** A page that led to new ones is taken to do so again for as long as it changes once in so many runs. */
const leadingRuns = 20;

/** Pages are classed by powers of two of changes per run; none is taken to change more seldom or more often. */
const powers = { min: -12, max: 4 };

/**
 * `undefined` for a plan: no run with a budget has ended, and every page is due. Which pages are due follows from the plan and from
 * what the record of a page holds, so that a page that has not changed needs no write to be known as visited.
 */
export function scheduleVisits(plan: VisitPlan | undefined, budget: number): VisitSchedule {
  const {
    run: before = 0,
    classes: counted = {},
    changedShare = 0,
    countedShare = changedShare,
  } = plan ?? {};
  const run = before + 1;
  const shares = sharesWithin(counted, budget);
  // What the run before has counted is what is shared out: by another share of changes its pages would be of other classes.
  const asCounted = ratesBy(run, countedShare);
  const asSeen = ratesBy(run, changedShare);
  const shareOf = (history: ChangeHistory) =>
    asCounted.isLeading(history) ? shares.leading : shares.of(asCounted.rateOf(history));
  const unknown: ChangeHistory = { since: 1, run: 1, visits: 0, changes: 0, share: shares.mean };
  // Of a plan that was lost, runs are numbered anew.
  const historyOf = (seen = unknown) => (seen.run > run ? { ...seen, since: 1, run: 1 } : seen);
  return {
    run,
    isDue: (key, seen) => plan === undefined || isInTurn(key, run, shareOf(historyOf(seen))),
    historyOf,
    shareOf,
    classOf: (history) =>
      asSeen.isLeading(history) ? leading : String(Math.round(Math.log2(asSeen.rateOf(history)))),
  };
}

/** `changedShare`: as of `changesPerRun`. */
function ratesBy(run: number, changedShare: number) {
  const rateOf = (history: ChangeHistory) =>
    Math.max(2 ** powers.min, Math.min(2 ** powers.max, changesPerRun(history, run, changedShare)));
  const isLeading = (history: ChangeHistory) =>
    history.leads === true &&
    (history.changes === 0 ? run - history.since <= leadingRuns : rateOf(history) * leadingRuns >= 1);
  return { rateOf, isLeading };
}

/** Of how many runs one asks for a page, by how often it changes, so that a run asks for `budget` pages. */
function sharesWithin(counted: VisitPlan['classes'], budget: number) {
  const { [leading]: leadingPages = 0, ...rest } = counted;
  const rates = Object.entries(rest).map(([power, pages]) => ({ rate: 2 ** Number(power), pages }));
  const others = rates.reduce((sum, { pages }) => sum + pages, 0);
  const ofLeading = leadingPages === 0 ? 1 : Math.min(1, (budget * parts.leading) / leadingPages);
  const left = Math.max(0, budget - leadingPages * ofLeading);
  const mean = others === 0 ? 1 : Math.min(1, left / others);
  const bounded = (rate: number, price: number) =>
    Math.max(mean * parts.inTurn, Math.min(1, shareWorth(rate, price)));
  const wanted = (price: number) =>
    rates.reduce((sum, { rate, pages }) => sum + pages * bounded(rate, price), 0);
  const price = mean === 1 ? 0 : priceFor(wanted, left);
  return { leading: ofLeading, mean, of: (rate: number) => (mean === 1 ? 1 : bounded(rate, price)) };
}

/**
 * The share of runs to visit a page that changes `rate` times a run, where one more visit is to add as much freshness as everywhere
 * else, `price`: J. Cho and H. Garcia-Molina, "Effective page refresh policies for Web crawlers" (ACM Transactions on Database Systems
 * 28(4), 2003). With r changes between two visits at equal distances a page is fresh for (1 − e^−r)/r of the time, and one more visit
 * adds (1 − e^−r − r·e^−r)/rate. 0: it changes so often that no visit is worth the price.
 */
function shareWorth(rate: number, price: number): number {
  const added = price * rate;
  if (added >= 1) return 0;
  const between = rootOf((changes) => 1 - Math.exp(-changes) * (1 + changes) < added, 1e-9, 60);
  return rate / between;
}

function priceFor(wanted: (price: number) => number, budget: number): number {
  return rootOf((price) => wanted(price) > budget, 1e-9, 1e9);
}

/** Half of the distance between two numbers, by their logarithms, so many times: to a thousandth of the widest range. */
const steps = 20;

/** Where `isBelow` turns false, between two positive numbers. */
function rootOf(isBelow: (value: number) => boolean, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < steps; step += 1) {
    const middle = Math.sqrt(low * high);
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Every 2^n-th run, beginning with one that is the page's own: at equal distances, and in step with what was before where the share
 * changes. Of the two powers around the share, pages take the one or the other so that the share holds for all of them.
 */
function isInTurn(key: string, run: number, share: number): boolean {
  const bytes = Buffer.from(key, 'base64url');
  const power = Math.floor(-Math.log2(share));
  const [ofPower, ofTurn] = [bytes.readUInt32BE(0) / 2 ** 32, bytes.readUInt32BE(4)];
  const isMoreOften = ofPower < share * 2 ** (power + 1) - 1;
  return (run + ofTurn) % 2 ** (isMoreOften ? power : power + 1) === 0;
}
