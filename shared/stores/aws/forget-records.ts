import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { type DynamoItem, numberOf, text, textOf } from './attributes.ts';
import { inParallel } from './in-parallel.ts';
import { pauseMs, withRetry } from './retry.ts';
import type { Table } from './table.ts';
import { write } from './write.ts';

export type ForgetTable = Pick<Table, 'client' | 'name'>;

/** Kinds of records that belong to one run, and are deleted with it. */
const ownKinds = {
  RUN: 'runs',
  JOB: 'jobs',
  COUNT: 'counters',
  LOGIN: 'counters',
  QUOTA: 'counters',
  BATCH: 'batches',
  DRAW: 'batches',
  FRONT: 'batches',
  SEEN: 'urls',
} as const;

/** Kinds of records that belong to a job, beyond its runs: deleted with the last of them. */
const jobKinds = {
  URL: 'pages',
  SESSION: 'sessions',
} as const;

/** What is to be forgotten. */
export interface Forgotten {
  runs: ReadonlySet<string>;
  /** Names of jobs of which no other run is left, each with the run among whose records theirs are counted. */
  jobs: ReadonlyMap<string, string>;
}

/** The records that the table has of one run. */
export interface RecordCounts {
  runs: number;
  jobs: number;
  counters: number;
  batches: number;
  urls: number;
  /** Of the last run of a job: what it knew of pages, and its sessions. */
  pages: number;
  sessions: number;
  /** Hosts whose line was last used by the run: the record stays, and the run's name in it is removed. */
  hosts: number;
  /** Places that `onlyNew` knows by this run. */
  claims: number;
}

export const noRecords: RecordCounts = {
  ...{ runs: 0, jobs: 0, counters: 0, batches: 0, urls: 0, pages: 0, sessions: 0, hosts: 0, claims: 0 },
};

/** Replaces the run's id in the claims of a run that was forgotten: its places stay claimed. */
const forgottenOwner = 'forgotten';

interface Found {
  run: string;
  pk: string;
  what: keyof RecordCounts;
  /** That the record is about, where it is about several. */
  urls?: number;
}

/** Segments of the table that are scanned in parallel. */
const segments = 8;
/** The API's limit. */
const keysPerDeletion = 25;
const parallelDeletions = 16;

/** The size of the table in bytes, some hours old: what a scan of it costs. */
export async function tableBytes({ client, name }: ForgetTable): Promise<number> {
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: name }));
  return table?.TableSizeBytes ?? 0;
}

/**
 * Counts the records of these runs by a scan of the whole table: no key says where a run's records are, and those
 * that its outcomes name are not all (a process may have died between a record and its outcome).
 */
export async function countRecords(table: ForgetTable, forgotten: Forgotten, onPage: () => void) {
  const counts = new Map([...forgotten.runs].map((run) => [run, { ...noRecords }]));
  await scan(table, false, async (items) => {
    onPage();
    for (const { run, what, urls = 1 } of items.flatMap((item) => foundIn(item, forgotten))) {
      const of = counts.get(run);
      if (of !== undefined) of[what] += urls;
    }
  });
  return counts;
}

/**
 * Deletes the records of these runs and returns how many: to be called until it returns 0. Records that also
 * belong to others lose the run's name. `claims`: also those by which `onlyNew` knows places.
 */
export async function deleteRecords(
  table: ForgetTable,
  forgotten: Forgotten,
  { claims, onPage }: { claims: boolean; onPage: () => void },
): Promise<number> {
  let deleted = 0;
  await scan(table, true, async (items) => {
    const found = items.flatMap((item) => foundIn(item, forgotten));
    const isShared = ({ what }: Found) => what === 'hosts' || (what === 'claims' && !claims);
    await deleteKeys(
      table,
      found.filter((one) => !isShared(one)).map(({ pk }) => pk),
    );
    await inParallel(found.filter(isShared), parallelDeletions, (one) => takeNameOut(table, one));
    deleted += found.length;
    onPage();
  });
  return deleted;
}

/** Deletes the run's own record first, so that workers and lists no longer know the run before the rest is gone. */
export async function deleteRunRecord(table: ForgetTable, run: string): Promise<void> {
  await deleteKeys(table, [`RUN#${run}`]);
}

/** Which of these runs a record belongs to, or names: one at most. */
function foundIn(item: DynamoItem, { runs, jobs }: Forgotten): Found[] {
  const pk = textOf(item, 'pk') ?? '';
  const [kind = ''] = pk.split('#', 1);
  const rest = pk.slice(kind.length + 1);
  if (kind in ownKinds) {
    const what = ownKinds[kind as keyof typeof ownKinds];
    // The part after the run's id has no `#`, but a run's id might.
    const isWhole = kind === 'RUN' || (kind === 'JOB' && runs.has(rest));
    const run = isWhole ? rest : rest.slice(0, Math.max(0, rest.lastIndexOf('#')));
    return runs.has(run) ? [{ run, pk, what, urls: numberOf(item, 'count') ?? 1 }] : [];
  }
  if (kind in jobKinds) {
    // Neither names of jobs nor those of sessions have a `/`; a key has no `#`.
    const run = jobs.get(rest.slice(0, rest.search(/[#/]/)));
    return run === undefined ? [] : [{ run, pk, what: jobKinds[kind as keyof typeof jobKinds] }];
  }
  const named =
    kind === 'CLAIM' ? textOf(item, 'batch') : kind === 'HOST' ? textOf(item, 'lineRun') : undefined;
  if (named === undefined || !runs.has(named)) return [];
  return [{ run: named, pk, what: kind === 'CLAIM' ? 'claims' : 'hosts' }];
}

async function takeNameOut(table: ForgetTable, { pk, run, what }: Found): Promise<void> {
  const change =
    what === 'claims'
      ? { set: { batch: text(forgottenOwner) }, onlyIf: ['#batch = :run'] }
      : { set: {}, remove: ['lineRun', 'lineEnd', 'lineServed'], onlyIf: ['#lineRun = :run'] };
  // The condition fails where another run has written meanwhile: then the name is gone.
  await write({ ...table, keepDays: 0, now: Date.now }, { pk, ...change, values: { ':run': text(run) } });
}

async function scan(
  { client, name }: ForgetTable,
  isConsistent: boolean,
  onItems: (items: DynamoItem[]) => Promise<void>,
): Promise<void> {
  const numbers = Array.from({ length: segments }, (_, segment) => segment);
  await inParallel(numbers, segments, async (Segment) => {
    for (let from: DynamoItem | undefined; ; ) {
      const command = new ScanCommand({
        TableName: name,
        ...{ Segment, TotalSegments: segments, ConsistentRead: isConsistent },
        ProjectionExpression: 'pk, #batch, #lineRun, #count',
        ExpressionAttributeNames: { '#batch': 'batch', '#lineRun': 'lineRun', '#count': 'count' },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      const { Items = [], LastEvaluatedKey } = await withRetry(() => client.send(command));
      await onItems(Items);
      if (LastEvaluatedKey === undefined) return;
      from = LastEvaluatedKey;
    }
  });
}

async function deleteKeys({ client, name }: ForgetTable, pks: string[]): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(pks.length / keysPerDeletion) }, (_, index) =>
    pks.slice(index * keysPerDeletion, (index + 1) * keysPerDeletion),
  );
  await inParallel(chunks, parallelDeletions, (chunk) => deleteChunk(client, name, chunk));
}

/** DynamoDB may complete only a part of a batch write, and returns the rest. */
async function deleteChunk(client: DynamoDBClient, name: string, pks: string[]): Promise<void> {
  let left = pks.map((pk) => ({ DeleteRequest: { Key: { pk: text(pk) } } }));
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const RequestItems = { [name]: left };
    const answer = await withRetry(() => client.send(new BatchWriteItemCommand({ RequestItems })));
    const unprocessed = answer.UnprocessedItems?.[name] ?? [];
    left = left.filter(({ DeleteRequest: { Key } }) =>
      unprocessed.some((one) => one.DeleteRequest?.Key?.['pk']?.S === Key.pk.S),
    );
    if (left.length > 0) await sleep(pauseMs(attempt));
  }
}
