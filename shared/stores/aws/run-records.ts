import { randomUUID } from 'node:crypto';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Ledger } from '../../coordination/ports.ts';
import { readStoredReason, storeReason } from '../../coordination/stored-reason.ts';
import { isCanary } from '../../deployment/canary.ts';
import { runsIndex } from '../../deployment/stack.ts';
import { HaltError, type Reason } from '../../errors.ts';
import type { Json, Run, RunState } from '../../model.ts';
import { type DynamoItem, number, numberOf, text, textOf } from './attributes.ts';
import { type BlobMark, blobChanges, blobKeys, readBlob } from './blob-records.ts';
import { makeBoundedMap } from './bounded-map.ts';
import type { Change } from './change.ts';
import { countAttribute } from './count-records.ts';
import { inParallel } from './in-parallel.ts';
import { read, readMany } from './read.ts';
import { withRetry } from './retry.ts';
import { isExpired, keys, longExpiry, runExpiry, type Table } from './table.ts';
import { write, writeTogether } from './write.ts';

type RunPorts = Pick<Ledger, 'createRun' | 'readRun' | 'listRuns' | 'moveRun'>;

const runKind = 'RUN';
/** Runs of the canary are not listed: one an hour would hide the others. */
const canaryKind = 'CANARY';

const maxRemembered = 100;

/** Jobs of a list that are read in parallel. */
const parallelJobs = 16;

const isNew = 'attribute_not_exists(pk)';

/** `RUN#run`: its state, small, since it is read for every batch. `JOB#run`: its job, which never changes. */
export function runRecords(table: Table): RunPorts {
  const jobs = makeBoundedMap<string, Json>(maxRemembered);
  const copies = makeBoundedMap<string, { run: Run; at: number }>(maxRemembered);
  /** The index is eventually consistent, and its list must contain the runs that this process has just created. */
  const created = new Set<string>();
  /** Grows with every change of state, so that a read that was under way meanwhile is not cached. */
  let moves = 0;

  const toRun = async (id: string, item: DynamoItem): Promise<Run> => {
    const job = jobs.get(id) ?? (await readJob(table, id, item));
    jobs.set(id, job);
    return { ...stateOf(id, item), job };
  };

  return {
    async createRun(run) {
      const version = randomUUID();
      const job = blobChanges(keys.job(run.id), JSON.stringify(run.job), version, {});
      const isCreated = await createRecords(table, run, job, { chunks: job.length, version });
      if (isCreated) created.add(run.id);
      return isCreated ? 'created' : 'exists';
    },

    async readRun(id, { maxAgeMs = 0 } = {}) {
      const copy = copies.get(id);
      const at = table.now();
      const movesBefore = moves;
      if (copy !== undefined && at - copy.at < maxAgeMs) return copy.run;
      const item = await read(table, keys.run(id));
      if (item === undefined || isExpired(table, item)) return undefined;
      const run = await toRun(id, item);
      if (moves === movesBefore) copies.set(id, { run, at });
      return run;
    },

    async listRuns(limit) {
      const ids = new Set([...created, ...(await listIds(table, { limit }))]);
      const items = await readMany(
        table,
        [...ids].map((id) => keys.run(id)),
        'consistent',
      );
      const newest = [...ids]
        .flatMap((id) => {
          const item = items.get(keys.run(id));
          if (item === undefined || isExpired(table, item)) return [];
          return [{ id, item, startedAt: numberOf(item, 'startedAt') ?? 0 }];
        })
        .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1))
        .slice(0, limit);
      return inParallel(newest, parallelJobs, ({ id, item }) => toRun(id, item));
    },

    async moveRun(id, from, to, reason) {
      moves++;
      const isMoved = await moveRecord(table, id, from, to, reason);
      if (isMoved && isEndState(to)) await letJobExpire(table, id);
      moves++;
      copies.delete(id);
      return isMoved;
    },
  };
}

async function createRecords(table: Table, run: Run, job: Change[], mark: BlobMark): Promise<boolean> {
  const { ok } = await writeTogether(table, [
    {
      pk: keys.run(run.id),
      set: {
        kind: text(isCanary(run.id) ? canaryKind : runKind),
        state: text(run.state),
        startedAt: number(run.startedAt),
        baseDir: text(run.baseDir),
        ...(run.v === undefined ? {} : { v: number(run.v) }),
        jobChunks: number(mark.chunks),
        jobVersion: text(mark.version),
      },
      onlyIf: [isNew],
    },
    ...job,
    { pk: keys.count(run.id, 0), set: longExpiry(table), add: { [countAttribute('open')]: 1 } },
  ]);
  return ok;
}

async function moveRecord(
  table: Table,
  id: string,
  from: RunState[],
  to: RunState,
  reason: Reason | undefined,
): Promise<boolean> {
  if (from.length === 0) return false;
  const at = number(table.now());
  // The id makes a repeated call recognise its own change, if the answer to the first was lost.
  const move = randomUUID();
  const isEnd = isEndState(to);
  const states = from.map((state, index) => [`:from${index}`, text(state)] as const);
  const isInState = `#state IN (${states.map(([name]) => name).join(', ')})`;
  const written = await write(table, {
    pk: keys.run(id),
    set: {
      state: text(to),
      movedAt: at,
      move: text(move),
      ...(isEnd ? { finishedAt: at, ...runExpiry(table) } : {}),
      ...(reason === undefined ? {} : reasonAttributes(reason)),
    },
    ...(reason === undefined ? { remove: ['reason', 'reasonCode', 'reasonMessage'] } : {}),
    onlyIf: [isInState],
    values: Object.fromEntries(states),
  });
  return written.ok || textOf(written.old, 'move') === move;
}

function reasonAttributes(reason: Reason): DynamoItem {
  const { text: shown, code, message } = storeReason(reason);
  return { reason: text(shown), reasonCode: text(code), reasonMessage: text(message) };
}

function reasonOf(item: DynamoItem): Pick<Run, 'reason'> {
  const shown = textOf(item, 'reason');
  if (shown === undefined) return {};
  const [code, message] = [textOf(item, 'reasonCode'), textOf(item, 'reasonMessage')];
  return { reason: readStoredReason({ text: shown, code, message }) };
}

function isEndState(state: RunState): boolean {
  return state === 'finished' || state === 'cancelled';
}

/**
 * The job expires with its run. A process that dies before this call leaves a job that is kept for ever: a few
 * kilobytes, which `forget` finds.
 */
async function letJobExpire(table: Table, id: string): Promise<void> {
  const until = runExpiry(table);
  const item = await read(table, keys.run(id));
  if (item === undefined || Object.keys(until).length === 0) return;
  const { chunks } = markOf(item);
  const exists = ['attribute_exists(pk)'];
  await inParallel(blobKeys(keys.job(id), chunks), parallelJobs, (pk) =>
    write(table, { pk, set: until, onlyIf: exists }),
  );
}

/** Runs without their jobs, for callers that read many of them repeatedly. */
export interface RunStates {
  /** Ids of the runs that started at `since` (epoch ms) or later; the index may be slightly behind. */
  startedSince(since: number): Promise<string[]>;
  /** The states of those of them that exist. */
  readStates(ids: string[]): Promise<Omit<Run, 'job'>[]>;
}

export function runStates(table: Table): RunStates {
  return {
    startedSince: (since) => listIds(table, { since }),
    async readStates(ids) {
      const items = await readMany(table, ids.map(keys.run), 'consistent');
      return ids.flatMap((id) => {
        const item = items.get(keys.run(id));
        return item === undefined || isExpired(table, item) ? [] : [stateOf(id, item)];
      });
    },
  };
}

/** Newest first. */
async function listIds(
  table: Table,
  { limit, since }: { limit?: number | undefined; since?: number },
): Promise<string[]> {
  const ids: string[] = [];
  for (let from: DynamoItem | undefined; ; ) {
    const command = new QueryCommand({
      TableName: table.name,
      IndexName: runsIndex,
      ScanIndexForward: false,
      ...(limit === undefined ? {} : { Limit: limit - ids.length }),
      KeyConditionExpression:
        since === undefined ? '#kind = :kind' : '#kind = :kind AND #startedAt >= :since',
      ExpressionAttributeNames: {
        '#kind': 'kind',
        ...(since === undefined ? {} : { '#startedAt': 'startedAt' }),
      },
      ExpressionAttributeValues: {
        ':kind': text(runKind),
        ...(since === undefined ? {} : { ':since': number(since) }),
      },
      ProjectionExpression: 'pk',
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const { Items = [], LastEvaluatedKey } = await withRetry(() => table.client.send(command));
    ids.push(...Items.map((item) => (textOf(item, 'pk') ?? '').slice(keys.run('').length)));
    if (LastEvaluatedKey === undefined || ids.length === limit) return ids;
    from = LastEvaluatedKey;
  }
}

function markOf(item: DynamoItem): BlobMark {
  return { chunks: numberOf(item, 'jobChunks') ?? 0, version: textOf(item, 'jobVersion') ?? '' };
}

async function readJob(table: Table, id: string, item: DynamoItem): Promise<Json> {
  const json = await readBlob(table, keys.job(id), markOf(item));
  if (json === undefined)
    throw new HaltError('STORE_FAILED', `the job of run ${id} is missing in ${table.name}`);
  return JSON.parse(json);
}

function stateOf(id: string, item: DynamoItem): Omit<Run, 'job'> {
  const finishedAt = numberOf(item, 'finishedAt');
  const movedAt = numberOf(item, 'movedAt');
  const v = numberOf(item, 'v');
  return {
    id,
    baseDir: textOf(item, 'baseDir') ?? '',
    state: textOf(item, 'state') as RunState,
    startedAt: numberOf(item, 'startedAt') ?? 0,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(movedAt === undefined ? {} : { movedAt }),
    ...reasonOf(item),
    ...(v === undefined ? {} : { v }),
  };
}
