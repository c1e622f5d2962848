import type { Ledger, QuotaRequest } from '../../coordination/ports.ts';
import { type DynamoItem, number, numberOf } from './attributes.ts';
import { makeBoundedMap } from './bounded-map.ts';
import type { Change } from './change.ts';
import { makeKeyedMutex, withAll } from './keyed-mutex.ts';
import { readMany } from './read.ts';
import { expiry, keys, type Table } from './table.ts';
import { writeAlone, writeTogether } from './write.ts';

/** A transaction has a hundred writes at most, one of them that of the batch. */
const quotasAtOnce = 90;

/** How often a reservation is planned anew, each time since others took of the same quotas meanwhile. */
const maxPlans = 200;

/** Quotas of which a process remembers how much is used: some 150 bytes each. */
const maxRemembered = 20_000;

const isLeased = 'attribute_exists(#fence)';
const quotaHasRoom = 'attribute_not_exists(#used) OR #used <= :atMost';

/** What `BATCH#run#batch` keeps of its grants begins so. */
const grantPrefix = 'quota:';

/** What is used of each quota, as far as this process knows, by partition key. */
type UsedByKey = ReturnType<typeof makeBoundedMap<string, number>>;

/**
 * `QUOTA#run#name`: how much of the quota is used. One transaction takes of the quotas and records the grants with the
 * batch, so that nothing is granted twice or lost. A quota's record takes some hundred writes a second: those of hosts are
 * asked as often as their pace lets batches end.
 */
export function quotaRecords(table: Table): Pick<Ledger, 'reserveQuotas' | 'readQuotas'> {
  const used: UsedByKey = makeBoundedMap(maxRemembered);
  const withMutex = makeKeyedMutex();
  return {
    async reserveQuotas(run, batch, requests) {
      const granted: number[] = [];
      for (let at = 0; at < requests.length; at += quotasAtOnce) {
        const part = requests.slice(at, at + quotasAtOnce);
        // Transactions of one process that meet at a quota fail, are billed and are tried again: here one waits for the other.
        const pks = part.map(({ name }) => keys.quota(run, name));
        const reserve = () => reservePart(table, used, { run, batch, requests: part });
        granted.push(...(await withAll(withMutex, pks, reserve)));
      }
      return granted;
    },

    async readQuotas(run, names) {
      const pks = names.map((name) => keys.quota(run, name));
      const items = await readMany(table, pks, 'consistent');
      return pks.map((pk) => usedOf(items.get(pk)));
    },
  };
}

/** What was granted of quotas to the batch of this record, by the names of the grants. */
export function quotasGranted(item: DynamoItem | undefined): Record<string, number> | undefined {
  const names = Object.keys(item ?? {}).filter((name) => name.startsWith(grantPrefix));
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name.slice(grantPrefix.length), numberOf(item, name) ?? 0]));
}

interface QuotaPart {
  run: string;
  batch: string;
  requests: QuotaRequest[];
}

async function reservePart(table: Table, used: UsedByKey, part: QuotaPart): Promise<number[]> {
  const { run, batch, requests } = part;
  for (let attempt = 1; attempt <= maxPlans; attempt++) {
    const amounts = await planOrLook(table, used, part);
    const takes = requests.flatMap((request, index) => {
      const amount = amounts[index] ?? 0;
      return amount === 0 ? [] : [{ request, amount }];
    });
    const grant = grantChange(table, part, amounts);
    const changes = takes.map(({ request, amount }) => takeChange(table, run, request, amount));
    const written =
      changes.length === 0 ? await writeAlone(table, grant) : await writeTogether(table, [grant, ...changes]);
    if (written.ok) {
      for (const { request, amount } of takes) note(used, run, request, amount);
      return amounts;
    }
    const [first, ...rest] = written.refusals;
    if (first !== undefined) return earlierGrants(batch, requests, first.old);
    for (const [index, { request }] of takes.entries()) {
      const refusal = rest[index];
      if (refusal !== undefined) used.set(keys.quota(run, request.name), usedOf(refusal.old));
    }
  }
  throw new Error(`batch ${batch} found its quotas changed ${maxPlans} times`);
}

/** The known use may be too high, since batches also return what they took: before too little is granted, it is read. */
async function planOrLook(table: Table, used: UsedByKey, { run, requests }: QuotaPart): Promise<number[]> {
  const amountOf = ({ name, wanted, limit }: QuotaRequest) =>
    Math.min(wanted, Math.max(0, limit - (used.get(keys.quota(run, name)) ?? 0)));
  const short = requests.filter((request) => amountOf(request) < request.wanted);
  if (short.length > 0) {
    const pks = short.map(({ name }) => keys.quota(run, name));
    const items = await readMany(table, pks, 'consistent');
    for (const pk of pks) used.set(pk, usedOf(items.get(pk)));
  }
  return requests.map(amountOf);
}

function grantChange(table: Table, { run, batch, requests }: QuotaPart, amounts: number[]): Change {
  const granted: DynamoItem = {};
  for (const [index, request] of requests.entries())
    granted[attributeOf(request)] = number(amounts[index] ?? 0);
  const [first] = requests;
  return {
    pk: keys.batch(run, batch),
    set: { ...granted, ...expiry(table) },
    // The grants of one call are written together, so that one of them stands for all.
    onlyIf: [isLeased, 'attribute_not_exists(#grant)'],
    names: { grant: first === undefined ? '' : attributeOf(first) },
  };
}

function takeChange(table: Table, run: string, { name, limit }: QuotaRequest, amount: number): Change {
  const change = { pk: keys.quota(run, name), set: expiry(table), add: { used: amount } };
  if (amount < 0) return change;
  return { ...change, onlyIf: [quotaHasRoom], values: { ':atMost': number(limit - amount) } };
}

function earlierGrants(batch: string, requests: QuotaRequest[], old: DynamoItem | undefined): number[] {
  return requests.map((request) => {
    const granted = numberOf(old, attributeOf(request));
    if (granted === undefined) throw new Error(`batch ${batch} reserves of a quota without a lease`);
    return granted;
  });
}

function note(used: UsedByKey, run: string, { name }: QuotaRequest, amount: number): void {
  const pk = keys.quota(run, name);
  used.set(pk, (used.get(pk) ?? 0) + amount);
}

function attributeOf({ name, grant = name }: QuotaRequest): string {
  return `${grantPrefix}${grant}`;
}

function usedOf(item: DynamoItem | undefined): number {
  return numberOf(item, 'used') ?? 0;
}
