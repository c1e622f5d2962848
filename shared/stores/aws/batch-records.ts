import { randomUUID } from 'node:crypto';
import type {
  BatchState,
  Commit,
  CommitAnswer,
  LeaseAnswer,
  LeaseRequest,
  Ledger,
} from '../../coordination/ports.ts';
import { type DynamoItem, number, numberOf, text, textOf } from './attributes.ts';
import { grantAttribute } from './budget-records.ts';
import type { Change } from './change.ts';
import { type CountRecords, childrenOf } from './count-records.ts';
import { inParallel } from './in-parallel.ts';
import { quotasGranted } from './quota-records.ts';
import { readMany } from './read.ts';
import { expiry, keys, type Table } from './table.ts';
import { write, writeTogether } from './write.ts';

type BatchPorts = Pick<
  Ledger,
  'lease' | 'releaseLease' | 'renewLeases' | 'commit' | 'markForwarded' | 'readBatches'
>;

const parallelRenewals = 16;

const isNotDone = 'attribute_not_exists(#done)';
const isFree = 'attribute_not_exists(#owner)';
const isHeld = 'attribute_exists(#owner)';
const isThatToken = '#claim = :token';
const leaseEnded = '#until <= :now';
const leaseHolds = '#until > :now';
const fenceIsCurrent = '#fence = :fence';
const isOwner = '#owner = :owner';

interface Held {
  run: string;
  batch: string;
  owner: string;
  fence: number;
}

/**
 * `BATCH#run#batch`: owner, deadline and fence of its lease, how many holders have died, whether it is done and
 * forwarded, how many children it has, and what was granted to it of the budgets. `claim` holds the token
 * of the call that leased it, `done` the id of the call that committed it, so that a caller whose answer was lost, and
 * who repeats the call, recognises its own write.
 */
export function batchRecords(table: Table, counts: CountRecords): BatchPorts {
  /** The leases taken in this process: no index finds them by owner. */
  const held = new Map<string, Held>();
  const forget = ({ run, batch, fence }: { run: string; batch: string; fence: number }): void => {
    const pk = keys.batch(run, batch);
    if (held.get(pk)?.fence === fence) held.delete(pk);
  };

  return {
    async lease(request) {
      const answer = await lease(table, counts, request);
      const { run, batch, owner } = request;
      if (answer.state === 'mine')
        held.set(keys.batch(run, batch), { run, batch, owner, fence: answer.fence });
      return answer;
    },

    async releaseLease(lease) {
      forget(lease);
      await write(table, {
        pk: keys.batch(lease.run, lease.batch),
        set: expiry(table),
        remove: ['owner', 'until', 'claim'],
        onlyIf: [fenceIsCurrent, isNotDone],
        values: { ':fence': number(lease.fence) },
      });
    },

    async renewLeases(owner, leaseMs) {
      const own = [...held.values()].filter((lease) => lease.owner === owner);
      await inParallel(own, parallelRenewals, async (lease) => {
        if (!(await renew(table, lease, leaseMs))) forget(lease);
      });
    },

    async commit(request) {
      const state = await counts.around(request, () => commit(table, counts, request));
      forget(request);
      return state.state === 'stale' ? state : withOpen(state, request, counts);
    },

    async markForwarded(run, batch) {
      await write(table, {
        pk: keys.batch(run, batch),
        set: { forwarded: { BOOL: true }, ...expiry(table) },
      });
    },

    async readBatches(run, batches) {
      const pks = batches.map((batch) => keys.batch(run, batch));
      const items = await readMany(table, pks, 'consistent');
      return pks.map((pk) => stateOf(items.get(pk)));
    },
  };
}

/** One write where the batch is free, which is nearly always; a dead holder is found when that write is refused. */
async function lease(table: Table, counts: CountRecords, request: LeaseRequest): Promise<LeaseAnswer> {
  const { run, batch, owner, leaseMs, gaveUp, token = randomUUID() } = request;
  const at = table.now();
  const until = at + leaseMs;
  const grant: Change = {
    pk: keys.batch(run, batch),
    set: { owner: text(owner), until: number(until), claim: text(token), ...expiry(table) },
    add: { fence: 1 },
  };
  const grantIf = (clauses: string[], values: DynamoItem) =>
    write(table, { ...grant, onlyIf: [isNotDone, ...clauses], values }, 'ALL_NEW');

  // `gaveUp` is the token under which this caller, or the sender of the message, had the lease before and gave it up: where
  // the release was lost, the record still has that token, and the lease is taken over without a crash.
  const regranted =
    gaveUp === undefined ? undefined : await grantIf([isThatToken], { ':token': text(gaveUp) });
  const written = regranted?.ok === true ? regranted : await grantIf([isFree], {});
  if (written.ok)
    return { state: 'mine', fence: fenceOf(written.item), until, crashes: crashesOf(written.item) };

  const { old } = written;
  const answer = answerOfHolder(old, token, at);
  if (answer !== undefined) return answer;
  const fence = fenceOf(old);
  const takeOver: Change = {
    ...grant,
    add: { fence: 1, crashes: 1 },
    onlyIf: [isNotDone, isHeld, leaseEnded, fenceIsCurrent],
    values: { ':now': number(at), ':fence': number(fence) },
  };
  const taken = await writeTogether(table, [takeOver, counts.oneMore(run, 'crashes', batch)]);
  if (taken.ok) return { state: 'mine', fence: fence + 1, until, crashes: crashesOf(old) + 1 };
  // The lease was released, taken over or committed meanwhile, possibly by this very call, if the transaction was
  // repeated.
  const since = taken.refusals[0]?.old;
  return answerOfHolder(since, token, at) ?? lease(table, counts, { ...request, token });
}

/** The answer that the record alone gives; `undefined` where the batch is free, or its holder has died. */
function answerOfHolder(record: DynamoItem | undefined, token: string, at: number): LeaseAnswer | undefined {
  if (isDone(record)) return { state: 'done', forwarded: record?.['forwarded']?.BOOL === true };
  const until = numberOf(record, 'until') ?? 0;
  if (textOf(record, 'claim') === token)
    return { state: 'mine', fence: fenceOf(record), until, crashes: crashesOf(record) };
  return until > at ? { state: 'held', until } : undefined;
}

async function renew(table: Table, { run, batch, owner, fence }: Held, leaseMs: number): Promise<boolean> {
  const at = table.now();
  const { ok } = await write(table, {
    pk: keys.batch(run, batch),
    set: { until: number(at + leaseMs), ...expiry(table) },
    onlyIf: [isOwner, fenceIsCurrent, leaseHolds, isNotDone],
    values: { ':owner': text(owner), ':fence': number(fence), ':now': number(at) },
  });
  return ok;
}

/** A counter with an open batch is looked for at most this often: meanwhile others may commit the last one of that counter. */
const maxCounters = 20;

async function commit(table: Table, counts: CountRecords, request: Commit): Promise<CommitAnswer> {
  const id = randomUUID();
  const done: Change = {
    pk: keys.batch(request.run, request.batch),
    set: { done: text(id), children: number(childrenOf(request)), ...expiry(table) },
    remove: ['owner', 'until', 'claim'],
    onlyIf: [isNotDone, fenceIsCurrent],
    values: { ':fence': number(request.fence) },
  };
  let { shard } = request.open;
  for (let attempt = 1; attempt <= maxCounters; attempt++) {
    const open = { ...request.open, shard };
    const written = await writeTogether(table, [done, ...counts.changes({ ...request, open })]);
    if (written.ok) return { state: 'done' };
    const [refusal] = written.refusals;
    if (refusal !== undefined) {
      const doneBy = textOf(refusal.old, 'done');
      if (doneBy === undefined) return { state: 'stale' };
      return { state: doneBy === id ? 'done' : 'already' };
    }
    shard = await counts.findOpenShard(request.run);
  }
  throw new Error(`batch ${request.batch} found no counter of ${request.run} to be taken from`);
}

/**
 * Children that this commit added are open, so nothing has to be read. After a repeated commit they may be done
 * already.
 */
async function withOpen(answer: CommitAnswer, request: Commit, counts: CountRecords): Promise<CommitAnswer> {
  const children = childrenOf(request);
  const isSurelyOpen = answer.state === 'done' && children > 0;
  return { ...answer, open: isSurelyOpen ? children : await counts.openAfter(request) };
}

function stateOf(item: DynamoItem | undefined): BatchState {
  const children = numberOf(item, 'children');
  const pagesGranted = numberOf(item, grantAttribute('pages'));
  const quotas = quotasGranted(item);
  return {
    isDone: isDone(item),
    heldUntil: numberOf(item, 'until') ?? 0,
    ...(children === undefined ? {} : { children }),
    ...(pagesGranted === undefined ? {} : { pagesGranted }),
    ...(quotas === undefined ? {} : { quotasGranted: quotas }),
  };
}

function isDone(item: DynamoItem | undefined): boolean {
  return item?.['done'] !== undefined;
}

function crashesOf(item: DynamoItem | undefined): number {
  return numberOf(item, 'crashes') ?? 0;
}

function fenceOf(item: DynamoItem | undefined): number {
  const fence = numberOf(item, 'fence');
  if (fence === undefined) throw new Error('a lease without a fence');
  return fence;
}
