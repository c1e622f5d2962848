import type { LockEntry } from '../../shared/coordination/lock-grant.ts';
import type {
  BatchState,
  Budget,
  Commit,
  CommitAnswer,
  LeaseAnswer,
  LeaseRequest,
  Ledger,
  OwnerRelease,
} from '../../shared/coordination/ports.ts';
import { shardCount } from '../../shared/engine/shards.ts';
import type { Counts } from '../../shared/model.ts';
import type { LedgerView } from './memory-ledger.ts';
import { type BatchRecord, type MemoryStore, sumOf } from './memory-store.ts';

type BatchPorts = OwnerRelease &
  Pick<
    Ledger,
    | 'lease'
    | 'releaseLease'
    | 'renewLeases'
    | 'admit'
    | 'claim'
    | 'claimants'
    | 'reserve'
    | 'reserveQuotas'
    | 'readQuotas'
    | 'commit'
    | 'markForwarded'
    | 'readBatches'
    | 'readOwners'
  >;

export function memoryBatches(store: MemoryStore, view: LedgerView): BatchPorts {
  const { now } = view;
  return {
    lease: async (request) => lease(store, request, now()),
    async releaseLease({ run, batch, fence }) {
      const record = recordOf(store, { run, batch });
      if (record.fence === fence) free(record);
    },
    async renewLeases(owner, leaseMs) {
      for (const record of store.batches.values()) {
        if (record.owner === owner && record.until > now()) record.until = now() + leaseMs;
      }
    },
    async releaseOwner(owner, end) {
      for (const record of store.batches.values()) {
        if (record.owner !== owner) continue;
        if (end === 'crashed') record.until = 0;
        else free(record);
      }
      freeLocksOf(store, owner);
    },
    async admit(run, batch, urls) {
      return urls.map(({ key }) => {
        const owner = store.seen.get(`${run} ${key}`) ?? batch;
        store.seen.set(`${run} ${key}`, owner);
        return owner;
      });
    },
    claimants: async (scope, keys) => keys.map((key) => store.claims.get(`${scope} ${key}`)),
    async claim(scope, owner, keys) {
      return keys.map((key) => {
        const claimant = store.claims.get(`${scope} ${key}`) ?? owner;
        store.claims.set(`${scope} ${key}`, claimant);
        return claimant;
      });
    },
    async reserve(run, batch, what, wanted, limit) {
      const { reserved } = recordOf(store, { run, batch });
      const before = reserved[what];
      if (before !== undefined && (what === 'pages' || wanted <= before)) return before;
      const added = Math.min(wanted - (before ?? 0), Math.max(0, limit - reservedOf(store, run, what)));
      addTo(store, run, 0, { [`reserved:${what}`]: added });
      const granted = (before ?? 0) + added;
      reserved[what] = granted;
      return granted;
    },
    async reserveQuotas(run, batch, requests) {
      const { quotas } = recordOf(store, { run, batch });
      return requests.map(({ name, wanted, limit, grant = name }) => {
        const used = store.quotas.get(`${run} ${name}`) ?? 0;
        const granted = quotas[grant] ?? Math.min(wanted, Math.max(0, limit - used));
        if (quotas[grant] === undefined) store.quotas.set(`${run} ${name}`, used + granted);
        quotas[grant] = granted;
        return granted;
      });
    },
    readQuotas: async (run, names) => names.map((name) => store.quotas.get(`${run} ${name}`) ?? 0),
    commit: async (request) => commit(store, view, request),
    async markForwarded(run, batch) {
      recordOf(store, { run, batch }).isForwarded = true;
    },
    readBatches: async (run, batches) =>
      batches.map((batch) => stateOf(store.batches.get(`${run} ${batch}`))),
    readOwners: async (run, urls) => urls.map(({ key }) => store.seen.get(`${run} ${key}`)),
  };
}

export function recordOf(
  { batches }: MemoryStore,
  { run, batch }: { run: string; batch: string },
): BatchRecord {
  const key = `${run} ${batch}`;
  let record = batches.get(key);
  if (record === undefined) {
    record = {
      owner: '',
      token: '',
      fence: 0,
      until: 0,
      crashes: 0,
      isDone: false,
      isForwarded: false,
      reserved: {},
      quotas: {},
    };
    batches.set(key, record);
  }
  return record;
}

function stateOf(record: BatchRecord | undefined): BatchState {
  const { isDone = false, until = 0, children, reserved, quotas = {} } = record ?? {};
  return {
    isDone,
    heldUntil: until,
    ...(children === undefined ? {} : { children }),
    ...(reserved?.pages === undefined ? {} : { pagesGranted: reserved.pages }),
    ...(Object.keys(quotas).length === 0 ? {} : { quotasGranted: quotas }),
  };
}

function lease(store: MemoryStore, request: LeaseRequest, at: number): LeaseAnswer {
  const record = recordOf(store, request);
  const { owner, leaseMs, gaveUp, token = `${owner} ${record.fence}` } = request;
  if (record.isDone) return { state: 'done', forwarded: record.isForwarded };
  const hasHolder = record.owner !== '' && record.token !== gaveUp;
  const { fence, until, crashes } = record;
  if (hasHolder && record.token === token) return { state: 'mine', fence, until, crashes };
  if (hasHolder && until > at) return { state: 'held', until };
  if (hasHolder) {
    record.crashes += 1;
    addTo(store, request.run, 0, { crashes: 1 });
  }
  Object.assign(record, { owner, token, fence: record.fence + 1, until: at + leaseMs });
  return { state: 'mine', fence: record.fence, until: record.until, crashes: record.crashes };
}

/** Claims begin with their owner's name and `#`. */
function freeLocksOf({ locks }: MemoryStore, owner: string): void {
  for (const [name, lock] of locks) {
    const isOther = ({ token }: LockEntry) => !token.startsWith(`${owner}#`);
    locks.set(name, { ...lock, holders: lock.holders.filter(isOther), line: lock.line.filter(isOther) });
  }
}

function free(record: BatchRecord): void {
  record.owner = '';
  record.token = '';
  record.until = 0;
}

function commit(store: MemoryStore, view: LedgerView, request: Commit): CommitAnswer {
  const { commitTells = 'exact' } = view;
  const { run, fence, counts } = request;
  const record = recordOf(store, request);
  if (record.isDone) return { state: 'already', ...openAfter(store, view, request) };
  if (record.fence !== fence) return { state: 'stale' };
  record.isDone = true;
  delete record.draw;
  const shards = store.counts.get(run) ?? [];
  const isCounted = (shards[request.open.shard]?.['open'] ?? 0) > 0;
  const shard = isCounted ? request.open.shard : shards.findIndex(({ open = 0 }) => open > 0);
  const open = { ...request.open, shard };
  if (commitTells === 'sparing')
    record.children = Object.values(open.added).reduce((sum, children) => sum + children, 0);
  free(record);
  addTo(store, run, open.shard, { ...counts, open: -1 });
  for (const [shard, added] of Object.entries(open.added)) addTo(store, run, Number(shard), { open: added });
  return { state: 'done', ...openAfter(store, view, { ...request, open }) };
}

function openAfter(
  store: MemoryStore,
  { commitTells = 'exact' }: LedgerView,
  { run, open }: Commit,
): Pick<CommitAnswer, 'open'> {
  const shards = store.counts.get(run) ?? [];
  const own = shards[open.shard]?.['open'] ?? 0;
  if (commitTells === 'sparing' && own > 0) return { open: own };
  return { open: sumOf(shards)['open'] ?? 0 };
}

function reservedOf(store: MemoryStore, run: string, what: Budget): number {
  return sumOf(store.counts.get(run) ?? [])[`reserved:${what}`] ?? 0;
}

export function addTo({ counts }: MemoryStore, run: string, shard: number, added: Counts): void {
  const shards = counts.get(run) ?? [];
  if (shard < 0 || shard >= shardCount) throw new Error(`no shard ${shard}`);
  const sums = shards[shard] ?? {};
  for (const [name, value] of Object.entries(added)) sums[name] = (sums[name] ?? 0) + value;
  shards[shard] = sums;
  // Shards in between are undefined in a sparse array, and Object.entries of the sum must not meet them.
  for (let index = 0; index < shards.length; index += 1) shards[index] ??= {};
  counts.set(run, shards);
}
