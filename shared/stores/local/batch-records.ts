import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type {
  BatchState,
  Budget,
  Commit,
  CommitAnswer,
  LeaseAnswer,
  LeaseRequest,
  Ledger,
  OwnerRelease,
  QuotaRequest,
} from '../../coordination/ports.ts';
import { addCount, readCount } from './count-records.ts';
import type { Database } from './database.ts';
import { releaseLocksOf } from './lock-records.ts';
import { packKey } from './packed-key.ts';

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

/** URLs in one transaction, which takes some 50 ms. */
const maxAdmittedTogether = 4_096;

const grantColumns: Record<Budget, string> = {
  pages: 'pages_granted',
  items: 'items_granted',
  microUsd: 'micro_usd_granted',
};

export function batchRecords(database: Database, now: () => number): BatchPorts {
  return {
    async lease(request) {
      return database.keep(() => lease(database, request, now()));
    },

    async releaseLease({ run, batch, fence }) {
      database.gather(() =>
        database
          .prepare(
            'UPDATE batches SET owner = NULL, until = 0 WHERE run = ? AND id = ? AND fence = ? AND done = 0',
          )
          .run(database.runNumber(run), batch, fence),
      );
    },

    async renewLeases(owner, leaseMs) {
      const at = now();
      database
        .prepare('UPDATE batches SET until = ? WHERE owner = ? AND until > ?')
        .run(at + leaseMs, owner, at);
    },

    async releaseOwner(owner, end) {
      // A lease that has an owner and has expired is counted as a crash by the next lease.
      const release = end === 'crashed' ? 'until = 0' : 'owner = NULL, until = 0';
      database.prepare(`UPDATE batches SET ${release} WHERE owner = ?`).run(owner);
      releaseLocksOf(database, owner);
    },

    async admit(run, batch, urls) {
      const owners: string[] = [];
      for (let at = 0; at < urls.length; at += maxAdmittedTogether) {
        // Others come between: a list's 25,000 lines would keep the one write lock for half a second.
        if (at > 0) await setImmediate();
        const keys = urls.slice(at, at + maxAdmittedTogether).map(({ key }) => key);
        owners.push(...database.gather(() => admit(database, database.runNumber(run), batch, keys)));
      }
      return owners;
    },

    async claim(scope, owner, keys) {
      return database.gather(() => keys.map((key) => claimOne(database, scope, owner, key)));
    },

    async claimants(scope, keys) {
      return keys.map((key) => claimantOf(database, scope, key));
    },

    async reserve(run, batch, what, wanted, limit) {
      return database.gather(() => reserve(database, database.runNumber(run), batch, what, wanted, limit));
    },

    async reserveQuotas(run, batch, requests) {
      return database.gather(() => reserveQuotas(database, database.runNumber(run), batch, requests));
    },

    async readQuotas(run, names) {
      return names.map((name) => usedOfQuota(database, database.runNumber(run), name));
    },

    async commit(request) {
      return database.gather(() => commit(database, request));
    },

    async markForwarded(run, batch) {
      database.gather(() =>
        database
          .prepare('UPDATE batches SET forwarded = 1 WHERE run = ? AND id = ?')
          .run(database.runNumber(run), batch),
      );
    },

    async readBatches(run, batches) {
      return batches.map((batch) => stateOf(database, database.runNumber(run), batch));
    },

    async readOwners(run, urls) {
      return urls.map(({ key }) => ownerOf(database, database.runNumber(run), key));
    },
  };
}

function stateOf(database: Database, run: number, batch: string): BatchState {
  const row = database
    .prepare('SELECT until, done, pages_granted, quotas_granted FROM batches WHERE run = ? AND id = ?')
    .get(run, batch);
  const pagesGranted = row?.['pages_granted'] ?? null;
  const quotas = row?.['quotas_granted'] ?? null;
  return {
    isDone: row?.['done'] === 1,
    heldUntil: Number(row?.['until'] ?? 0),
    ...(pagesGranted === null ? {} : { pagesGranted: Number(pagesGranted) }),
    ...(quotas === null ? {} : { quotasGranted: JSON.parse(String(quotas)) as Record<string, number> }),
  };
}

function lease(database: Database, request: LeaseRequest, at: number): LeaseAnswer {
  const run = database.runNumber(request.run);
  const row = database
    .prepare(
      'SELECT owner, fence, until, done, forwarded, claim, crashes FROM batches WHERE run = ? AND id = ?',
    )
    .get(run, request.batch);
  if (row?.['done'] === 1) return { state: 'done', forwarded: row['forwarded'] === 1 };
  const { token = randomUUID(), gaveUp, owner } = request;
  const hasHolder = row !== undefined && row['owner'] !== null && row['claim'] !== (gaveUp ?? '');
  const fence = Number(row?.['fence'] ?? 0);
  const before = Number(row?.['crashes'] ?? 0);
  const held = Number(row?.['until']);
  if (hasHolder && row['claim'] === token) return { state: 'mine', fence, until: held, crashes: before };
  if (hasHolder && held > at) return { state: 'held', until: held };

  const until = at + request.leaseMs;
  const crashes = before + (hasHolder ? 1 : 0);
  database
    .prepare(
      `INSERT INTO batches (run, id, owner, fence, until, claim, crashes) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (run, id) DO UPDATE SET owner = excluded.owner, fence = excluded.fence, until = excluded.until,
         claim = excluded.claim, crashes = excluded.crashes`,
    )
    .run(run, request.batch, owner, fence + 1, until, token, crashes);
  if (hasHolder) addCount(database, run, 'crashes', 1);
  return { state: 'mine', fence: fence + 1, until, crashes };
}

function admit(database: Database, run: number, batch: string, keys: string[]): string[] {
  const number = numberOf(database, run, batch);
  return keys.map((key) => {
    const { changes } = database
      .prepare('INSERT OR IGNORE INTO seen (run, key, batch) VALUES (?, ?, ?)')
      .run(run, packKey(key), number);
    return changes === 1 ? batch : (ownerOf(database, run, key) ?? batch);
  });
}

/** The number that stands for the batch in `seen`. */
function numberOf(database: Database, run: number, batch: string): number {
  const find = database.prepare('SELECT number FROM batches WHERE run = ? AND id = ?');
  const found = find.get(run, batch);
  if (found !== undefined) return Number(found['number']);
  database.prepare('INSERT INTO batches (run, id) VALUES (?, ?)').run(run, batch);
  return Number(find.get(run, batch)?.['number']);
}

function ownerOf(database: Database, run: number, key: string): string | undefined {
  const row = database
    .prepare(
      `SELECT id FROM seen JOIN batches ON batches.number = seen.batch
       WHERE seen.run = ? AND seen.key = ?`,
    )
    .get(run, packKey(key));
  return row === undefined ? undefined : String(row['id']);
}

function claimOne(database: Database, scope: string, owner: string, key: string): string {
  const { changes } = database
    .prepare('INSERT OR IGNORE INTO claims (scope, key, owner) VALUES (?, ?, ?)')
    .run(scope, key, owner);
  return changes === 1 ? owner : (claimantOf(database, scope, key) ?? owner);
}

function claimantOf(database: Database, scope: string, key: string): string | undefined {
  const row = database.prepare('SELECT owner FROM claims WHERE scope = ? AND key = ?').get(scope, key);
  return row === undefined ? undefined : String(row['owner']);
}

function reserve(
  database: Database,
  run: number,
  batch: string,
  what: Budget,
  wanted: number,
  limit: number,
): number {
  const column = grantColumns[what];
  const row = database
    .prepare(`SELECT ${column} AS granted FROM batches WHERE run = ? AND id = ?`)
    .get(run, batch);
  if (row === undefined) throw new Error(`batch ${batch} reserves ${what} without a lease`);
  const before = row['granted'] === null ? undefined : Number(row['granted']);
  if (before !== undefined && (what === 'pages' || wanted <= before)) return before;

  const counter = `reserved:${what}`;
  const used = readCount(database, run, counter);
  const added = Math.min(wanted - (before ?? 0), Math.max(0, limit - used));
  const granted = (before ?? 0) + added;
  database.prepare(`UPDATE batches SET ${column} = ? WHERE run = ? AND id = ?`).run(granted, run, batch);
  addCount(database, run, counter, added);
  return granted;
}

function reserveQuotas(database: Database, run: number, batch: string, requests: QuotaRequest[]): number[] {
  const row = database
    .prepare('SELECT quotas_granted AS grants FROM batches WHERE run = ? AND id = ?')
    .get(run, batch);
  if (row === undefined) throw new Error(`batch ${batch} reserves of a quota without a lease`);
  const grants = JSON.parse(String(row['grants'] ?? '{}')) as Record<string, number>;
  const granted = requests.map((request) => {
    const { name, grant = name } = request;
    const known = grants[grant];
    if (known !== undefined) return known;
    const added = addToQuota(database, run, request);
    grants[grant] = added;
    return added;
  });
  database
    .prepare('UPDATE batches SET quotas_granted = ? WHERE run = ? AND id = ?')
    .run(JSON.stringify(grants), run, batch);
  return granted;
}

function addToQuota(database: Database, run: number, { name, wanted, limit }: QuotaRequest): number {
  const added = Math.min(wanted, Math.max(0, limit - usedOfQuota(database, run, name)));
  database
    .prepare(
      `INSERT INTO quotas (run, name, used) VALUES (?, ?, ?)
       ON CONFLICT (run, name) DO UPDATE SET used = used + excluded.used`,
    )
    .run(run, name, added);
  return added;
}

function usedOfQuota(database: Database, run: number, name: string): number {
  const row = database.prepare('SELECT used FROM quotas WHERE run = ? AND name = ?').get(run, name);
  return Number(row?.['used'] ?? 0);
}

function commit(database: Database, request: Commit): CommitAnswer {
  const run = database.runNumber(request.run);
  const { changes } = database
    .prepare(
      'UPDATE batches SET done = 1, owner = NULL, until = 0, draw = NULL WHERE run = ? AND id = ? AND done = 0 AND fence = ?',
    )
    .run(run, request.batch, request.fence);
  if (changes === 1) {
    for (const [name, value] of Object.entries(request.counts)) addCount(database, run, name, value);
    const added = Object.values(request.open.added).reduce((sum, count) => sum + count, 0);
    addCount(database, run, 'open', added - 1);
    return { state: 'done', open: readCount(database, run, 'open') };
  }
  const row = database.prepare('SELECT done FROM batches WHERE run = ? AND id = ?').get(run, request.batch);
  return row?.['done'] === 1
    ? { state: 'already', open: readCount(database, run, 'open') }
    : { state: 'stale' };
}
