import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openStore, type StoreAddress } from '../library/open-store.ts';
import { openPool } from '../shared/pool/pool.ts';
import { partial, type Task, task } from '../shared/pool/task.ts';
import { startDynamoDbLocal } from '../test/aws/emulators.ts';
import { tableShape } from '../test/stores/aws/make-table.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { addOnes, addOnesBare, type Contention, contend, newName, type Waits } from './contend.ts';

const module = new URL('./contend.ts', import.meta.url);
const maxProcesses = 8;

/**
 * Locks by several processes on a SQLite file and on DynamoDB Local: how many a second, how long they
 * are waited for, how evenly they are shared out; and the counter against the store's bare addition.
 */
export async function locks(seconds: number): Promise<object> {
  const folder = temporaryFolder();
  const emulator = await startDynamoDbLocal();
  try {
    const address = { file: join(folder.path, 'store.db') };
    const sqlite = await measure(address, seconds);
    const dynamoDbLocal =
      'skipped' in emulator ? emulator : await measure(await makeTable(emulator.endpoint), seconds);
    return { bench: 'locks', seconds, processes: maxProcesses, sqlite, dynamoDbLocal };
  } finally {
    if ('stop' in emulator) await emulator.stop();
    folder.remove();
  }
}

async function makeTable(endpoint: string): Promise<StoreAddress> {
  // The processes of its pool are started later, and inherit it.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const address = { table: 'bench', region: 'us-east-1' };
  const client = new DynamoDBClient({ region: address.region });
  await client.send(new CreateTableCommand({ TableName: address.table, ...tableShape }));
  client.destroy();
  return address;
}

async function measure(address: StoreAddress, seconds: number): Promise<object> {
  await using pool = openPool({ size: maxProcesses });
  const run = <R>(work: Task<[Contention, number], R>, waiters: number, more: Partial<Contention> = {}) => {
    const processes = Math.min(maxProcesses, waiters);
    // Time for processes to start and to open the store.
    const from = Date.now() + 3_000;
    const contention = {
      address,
      name: newName(),
      permits: 1,
      waiters: waiters / processes,
      holdMs: 0,
      from,
    };
    const given = { ...contention, to: from + seconds * 1_000, ...more };
    return pool.map(Array(processes).keys(), partial(work, given));
  };
  const contended: Record<string, object> = {};
  for (const waiters of [1, 8, 64]) {
    contended[waiters] = describe((await run(task(module, contend), waiters)).flat(), seconds);
  }
  const semaphore = describe(
    (await run(task(module, contend), 16, { permits: 4, holdMs: 5 })).flat(),
    seconds,
  );
  const counter = newName();
  const exact = sum(await run(task(module, addOnes), 64, { name: counter }));
  using opened = await openStore(address);
  const counted = await opened.store.readCounter(counter);
  const bare = sum(await run(task(module, addOnesBare), 64));
  return {
    lockByWaiters: contended,
    semaphoreOf4HeldFor5MsBy16: semaphore,
    counterBy64: {
      addsPerSecond: Math.round(exact / seconds),
      bareAddsPerSecond: Math.round(bare / seconds),
      difference: exact - counted,
    },
  };
}

function describe(waiters: Waits[], seconds: number): object {
  const waits = waiters.flatMap(({ waitsMs }) => waitsMs).toSorted((a, b) => a - b);
  const releases = waiters.flatMap(({ releasesMs }) => releasesMs).toSorted((a, b) => a - b);
  const shares = waiters.map(({ waitsMs }) => waitsMs.length).toSorted((a, b) => a - b);
  return {
    perSecond: Math.round(waits.length / seconds),
    waitMs: { median: at(waits, 0.5), percentile99: at(waits, 0.99), most: at(waits, 1) },
    releaseMs: { median: at(releases, 0.5) },
    timesOfOneWaiter: { least: shares[0], median: at(shares, 0.5), most: shares.at(-1) },
    /** Jain's index of fairness: 1 if all got as many, 1/n if one got all. */
    fairness: Number((sum(shares) ** 2 / (shares.length * sum(shares.map((n) => n * n)))).toFixed(3)),
  };
}

function at(sorted: number[], share: number): number {
  return Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2));
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
