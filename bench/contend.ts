import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type StoreAddress } from '../library/open-store.ts';
import { makeLocks } from '../shared/coordination/lock.ts';

/** What one process of the bench does: so many waiters, each over and over, until the time is over. */
export interface Contention {
  address: StoreAddress;
  name: string;
  permits: number;
  waiters: number;
  /** How long a holder keeps it. */
  holdMs: number;
  /** Epoch ms: all processes begin and end together. */
  from: number;
  to: number;
}

/** Of each waiter: how long it waited for each lock it got (ms), and how long a release took. */
export interface Waits {
  waitsMs: number[];
  releasesMs: number[];
}

export async function contend(contention: Contention, _process: number): Promise<Waits[]> {
  const { address, name, permits, waiters, holdMs, from, to } = contention;
  using opened = await openStore(address);
  const { store } = opened;
  const semaphore = makeLocks(store, { owner: `bench-${process.pid}` }).semaphore(name, permits);
  const wait = async (): Promise<Waits> => {
    const waits: Waits = { waitsMs: [], releasesMs: [] };
    while (Date.now() < to) {
      const askedAt = performance.now();
      const lock = await semaphore.acquire();
      waits.waitsMs.push(performance.now() - askedAt);
      if (holdMs > 0) await sleep(holdMs);
      const endedAt = performance.now();
      await lock.release();
      waits.releasesMs.push(performance.now() - endedAt);
    }
    return waits;
  };
  await sleep(from - Date.now());
  return await Promise.all(Array.from({ length: waiters }, wait));
}

/** Adds one, over and over, by several at once; returns how often. */
export async function addOnes(contention: Contention, _process: number): Promise<number> {
  using opened = await openStore(contention.address);
  return await repeat(contention, () => opened.store.addToCounter(contention.name, 1));
}

/** The same by the store's own atomic addition, on one key and without a token. */
export async function addOnesBare(contention: Contention, _process: number): Promise<number> {
  const { address, name } = contention;
  if ('file' in address) {
    const { openDatabase } = await import('../shared/stores/local/database.ts');
    const database = openDatabase(address.file);
    database.prepare('INSERT OR IGNORE INTO counters (name, value) VALUES (?, 0)').run(name);
    const add = database.prepare('UPDATE counters SET value = value + 1 WHERE name = ?');
    return repeat(contention, async () => void add.run(name)).finally(() => database.close());
  }
  const { DynamoDBClient, UpdateItemCommand } = await import('@aws-sdk/client-dynamodb');
  const { table, ...config } = address;
  const client = new DynamoDBClient(config);
  const input = {
    TableName: table,
    Key: { pk: { S: `BARE#${name}` } },
    UpdateExpression: 'ADD #value :one',
    ExpressionAttributeNames: { '#value': 'value' },
    ExpressionAttributeValues: { ':one': { N: '1' } },
  };
  return repeat(contention, () => client.send(new UpdateItemCommand(input))).finally(() => client.destroy());
}

async function repeat({ waiters, from, to }: Contention, add: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const one = async () => {
    while (Date.now() < to) {
      await add();
      count += 1;
    }
  };
  await sleep(from - Date.now());
  await Promise.all(Array.from({ length: waiters }, one));
  return count;
}

export function newName(): string {
  return `bench-${randomUUID()}`;
}
