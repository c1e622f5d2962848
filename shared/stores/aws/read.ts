import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetItemCommand, GetItemCommand, TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoItem, textOf } from './attributes.ts';
import { inParallel } from './in-parallel.ts';
import { pauseMs, withRetry } from './retry.ts';
import type { Table } from './table.ts';

/** The API's limits: BatchGetItem reads 100 keys at most. */
const keysPerRead = 100;
const parallelReads = 4;

/** A batch read of which DynamoDB returns only parts is given up after this many calls without progress. */
const maxIdleReads = 12;

/** One record as it is now, or, for half the price, as it was a moment ago. */
export async function read(
  table: Table,
  pk: string,
  consistency: 'consistent' | 'eventual' = 'consistent',
): Promise<DynamoItem | undefined> {
  const command = new GetItemCommand({
    TableName: table.name,
    Key: { pk: { S: pk } },
    ConsistentRead: consistency === 'consistent',
  });
  const { Item: item } = await withRetry(() => table.client.send(command));
  return item;
}

/** The records that exist, by key. Each is read by itself, so together they are no snapshot. */
export async function readMany(
  table: Table,
  pks: string[],
  consistency: 'consistent' | 'eventual',
): Promise<Map<string, DynamoItem>> {
  const distinct = [...new Set(pks)];
  const pages: string[][] = [];
  for (let at = 0; at < distinct.length; at += keysPerRead) pages.push(distinct.slice(at, at + keysPerRead));
  const found = new Map<string, DynamoItem>();
  await inParallel(pages, parallelReads, async (page) => {
    for (const item of await readPage(table, page, consistency === 'consistent')) {
      found.set(textOf(item, 'pk') ?? '', item);
    }
  });
  return found;
}

async function readPage(table: Table, pks: string[], isConsistent: boolean): Promise<DynamoItem[]> {
  const items: DynamoItem[] = [];
  let left: DynamoItem[] = pks.map((pk) => ({ pk: { S: pk } }));
  for (let idle = 0; left.length > 0; ) {
    const RequestItems = { [table.name]: { Keys: left, ConsistentRead: isConsistent } };
    const answer = await withRetry(() => table.client.send(new BatchGetItemCommand({ RequestItems })));
    items.push(...(answer.Responses?.[table.name] ?? []));
    const unread = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
    idle = unread.length < left.length ? 0 : idle + 1;
    if (idle === maxIdleReads) throw new Error(`${table.name} reads none of ${unread.length} keys`);
    left = unread;
    if (left.length > 0) await sleep(pauseMs(idle + 1));
  }
  return items;
}

/** The records at one moment (a transaction), at twice the price; at most 100. */
export async function readSnapshot(table: Table, pks: string[]): Promise<(DynamoItem | undefined)[]> {
  const command = new TransactGetItemsCommand({
    TransactItems: pks.map((pk) => ({ Get: { TableName: table.name, Key: { pk: { S: pk } } } })),
  });
  const { Responses = [] } = await withRetry(() => table.client.send(command));
  return Responses.map(({ Item: item }) => item);
}
