import { hash } from 'node:crypto';
import type { Budget, Ledger } from '../../coordination/ports.ts';
import { type DynamoItem, number, numberOf } from './attributes.ts';
import { makeBoundedMap } from './bounded-map.ts';
import type { Change } from './change.ts';
import { countAttribute } from './count-records.ts';
import { readMany } from './read.ts';
import { expiry, keys, longExpiry, type Table } from './table.ts';
import { type FailedCondition, writeAlone, writeTogether } from './write.ts';

/** A part of a budget this large lasts for tens of batches, so that few of them write the same record at once. */
const partSizes: Record<Budget, number> = { pages: 1_000, items: 1_000, microUsd: 35_000_000 };

/**
 * How often a reservation is planned anew. A plan fails only when others took from the same parts meanwhile, so
 * all together make progress.
 */
const maxPlans = 200;

const isFirstGrant = 'attribute_not_exists(#grant)';
const isGrantAsSeen = '#grant = :before';
const isLeased = 'attribute_exists(#fence)';
const partHasRoom = '#used <= :atMost';
const partIsNew = 'attribute_not_exists(#used)';

/** What is used of each part, as far as this process knows. */
type Used = Map<number, number>;

interface Reservation {
  run: string;
  batch: string;
  what: Budget;
  /** What was granted to the batch before. */
  before?: number;
  /** What it wants in addition. */
  wanted: number;
  /** The limit, spread over the parts; their sum is the limit. */
  parts: number[];
}

/** Places of a run's pages, to be taken together with other changes. */
export interface PlannedPlaces {
  granted: number;
  changes: Change[];
  /** No place is left once they are taken, as far as this process knows. */
  isFull: boolean;
  /** The changes were written. */
  note(): void;
  /** Some were refused, in their order: more is used than this process knew. */
  correct(refusals: (FailedCondition | undefined)[]): void;
}

export interface BudgetRecords extends Pick<Ledger, 'reserve'> {
  /** As many places as are left, `wanted` at most. */
  planPages(run: string, batch: string, wanted: number, limit: number): Promise<PlannedPlaces>;
}

/**
 * The counters `reserved:…` of a run's budgets are attributes of its counts; each shard has its part of the limit.
 * One transaction takes from the parts and records the grant with the batch, so that nothing is granted twice or
 * lost.
 */
export function budgetRecords(table: Table, shards: number): BudgetRecords {
  const memory = makeBoundedMap<string, Used>(100);
  const usedOfRun = (what: Budget, run: string): Used => {
    const used = memory.get(`${what} ${run}`) ?? new Map<number, number>();
    memory.set(`${what} ${run}`, used);
    return used;
  };

  return {
    async reserve(run, batch, what, wanted, limit) {
      let reservation: Reservation = {
        run,
        batch,
        what,
        wanted,
        parts: partsOf(limit, shards, partSizes[what]),
      };
      const used = usedOfRun(what, run);
      for (let attempt = 1; attempt <= maxPlans; attempt++) {
        const plan = await planOrLook(table, reservation, used);
        const answer = await tryPlan(table, reservation, plan, used);
        if (answer === undefined) continue;
        if ('granted' in answer) return answer.granted;
        const { before } = answer;
        if (what === 'pages' || wanted <= before) return before;
        reservation = { ...reservation, before, wanted: wanted - before };
      }
      throw new Error(`batch ${batch} found the budget of ${what} changed ${maxPlans} times`);
    },

    async planPages(run, batch, wanted, limit) {
      const parts = partsOf(limit, shards, partSizes.pages);
      const reservation: Reservation = { run, batch, what: 'pages', wanted, parts };
      const used = usedOfRun('pages', run);
      const plan = await planOrLook(table, reservation, used);
      const granted = total(plan);
      const left = parts.reduce((sum, size, part) => sum + Math.max(0, size - (used.get(part) ?? 0)), 0);
      return {
        granted,
        changes: plan.map((one) => partChange(table, reservation, one)),
        isFull: left <= granted,
        note: () => notePlan(plan, used),
        correct: (refusals) => correctUse(plan, used, 'pages', refusals),
      };
    },
  };
}

function partsOf(limit: number, shards: number, partSize: number): number[] {
  const count = Math.max(1, Math.min(shards, Math.floor(limit / partSize)));
  return Array.from({ length: count }, (_, part) => Math.floor((limit + part) / count));
}

/** How much to take of which part. */
type Plan = { part: number; amount: number }[];

/**
 * The known use of a part may be too high, since batches also return what they took: before too little is granted,
 * the parts are read.
 */
async function planOrLook(table: Table, reservation: Reservation, used: Used): Promise<Plan> {
  const plan = planOf(reservation, used);
  if (total(plan) === reservation.wanted) return plan;
  const { run, what, parts } = reservation;
  const items = await readMany(
    table,
    parts.map((_, part) => keys.count(run, part)),
    'consistent',
  );
  for (const part of parts.keys()) used.set(part, usedOf(items.get(keys.count(run, part)), what));
  return planOf(reservation, used);
}

function planOf({ batch, wanted, parts }: Reservation, used: Used): Plan {
  const first = hash('sha256', batch, 'buffer').readUInt16BE(0) % parts.length;
  if (wanted < 0) return [{ part: first, amount: wanted }];
  const plan: Plan = [];
  let left = wanted;
  for (let step = 0; step < parts.length && left > 0; step++) {
    const part = (first + step) % parts.length;
    const amount = Math.min(left, Math.max(0, (parts[part] ?? 0) - (used.get(part) ?? 0)));
    if (amount > 0) plan.push({ part, amount });
    left -= amount;
  }
  return plan;
}

/**
 * `before`: what was granted to the batch already; `undefined` when the plan does not fit, in which case `used` is
 * corrected.
 */
async function tryPlan(
  table: Table,
  reservation: Reservation,
  plan: Plan,
  used: Used,
): Promise<{ granted: number } | { before: number } | undefined> {
  const { what, before } = reservation;
  const granted = (before ?? 0) + total(plan);
  if (plan.length === 0 && before !== undefined) return { granted };
  const grant = grantChange(table, reservation, granted);
  const changes = [grant, ...plan.map((one) => partChange(table, reservation, one))];
  const written = plan.length === 0 ? await writeAlone(table, grant) : await writeTogether(table, changes);
  if (written.ok) {
    notePlan(plan, used);
    return { granted };
  }
  const [first, ...rest] = written.refusals;
  if (first !== undefined) return { before: earlierGrant(reservation, first.old) };
  correctUse(plan, used, what, rest);
  return undefined;
}

function notePlan(plan: Plan, used: Used): void {
  for (const { part, amount } of plan) used.set(part, (used.get(part) ?? 0) + amount);
}

function correctUse(plan: Plan, used: Used, what: Budget, refusals: (FailedCondition | undefined)[]): void {
  for (const [index, { part }] of plan.entries()) {
    const refusal = refusals[index];
    if (refusal !== undefined) used.set(part, usedOf(refusal.old, what));
  }
}

function grantChange(table: Table, { run, batch, what, before }: Reservation, granted: number): Change {
  return {
    pk: keys.batch(run, batch),
    set: { [grantAttribute(what)]: number(granted), ...expiry(table) },
    onlyIf: [isLeased, before === undefined ? isFirstGrant : isGrantAsSeen],
    names: { grant: grantAttribute(what) },
    values: before === undefined ? {} : { ':before': number(before) },
  };
}

function partChange(table: Table, { run, what, parts }: Reservation, { part, amount }: Plan[number]): Change {
  const name = budgetAttribute(what);
  const change = { pk: keys.count(run, part), set: longExpiry(table), add: { [name]: amount } };
  if (amount < 0) return change;
  return {
    ...change,
    onlyIf: [`${partIsNew} OR ${partHasRoom}`],
    names: { used: name },
    values: { ':atMost': number((parts[part] ?? 0) - amount) },
  };
}

function earlierGrant({ batch, what }: Reservation, old: DynamoItem | undefined): number {
  const granted = numberOf(old, grantAttribute(what));
  if (granted === undefined) throw new Error(`batch ${batch} reserves ${what} without a lease`);
  return granted;
}

/** The attribute of a batch's record for what was granted to it. */
export function grantAttribute(what: Budget): string {
  return `granted:${what}`;
}

function budgetAttribute(what: Budget): string {
  return countAttribute(`reserved:${what}`);
}

function usedOf(item: DynamoItem | undefined, what: Budget): number {
  return numberOf(item, budgetAttribute(what)) ?? 0;
}

function total(plan: Plan): number {
  return plan.reduce((sum, { amount }) => sum + amount, 0);
}
