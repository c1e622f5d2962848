import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { PageStore } from '../../coordination/ports.ts';
import { runsIndex } from '../../deployment/stack.ts';
import type { PageRecord } from '../../model.ts';
import { type DynamoItem, number, packed, text, textOf, unpackedOf } from './attributes.ts';
import { inParallel } from './in-parallel.ts';
import { readMany } from './read.ts';
import { withRetry } from './retry.ts';
import { expiry, isExpired, keys, type Table } from './table.ts';
import { write } from './write.ts';

const parallelWrites = 16;

const isEarlier = 'attribute_not_exists(#at) OR #at < :at';

/** One partition of an index takes a thousand writes a second. */
const partitions = 'ABCDEFGHIJKLMNOP';

/**
 * `URL#job#key`: what a job knows of a page, compressed, for as long as it is there; that it is gone is kept for as long as a run's
 * URLs. A batch writes those of its pages that are new or have changed, and no others. Those that are there are in the index of runs,
 * under a kind of their own, so that those of a job are found without reading the whole table.
 */
export function pageRecords(table: Table): PageStore {
  const readItems = async (pks: string[]) => {
    const found = await readMany(table, pks, 'eventual');
    return pks.map((pk) => {
      const item = found.get(pk);
      return item === undefined || isExpired(table, item) ? undefined : item;
    });
  };
  return {
    async readPages(job, wanted) {
      const items = await readItems(wanted.map((key) => keys.page(job, key)));
      return items.map((item) => (item === undefined ? undefined : toRecord(item)));
    },

    async writePages(job, records) {
      await inParallel(records, parallelWrites, async (record) => {
        const isGone = record.gone !== undefined;
        await write(table, {
          pk: keys.page(job, record.key),
          set: { at: number(record.at), ...attributesOf(job, record), ...(isGone ? expiry(table) : {}) },
          remove: isGone ? ['kind', 'startedAt'] : ['expiresAt'],
          onlyIf: [isEarlier],
          values: { ':at': number(record.at) },
        });
      });
    },

    async listPages(job, { after = '', limit }) {
      const partition = after.slice(0, 1) || partitions.slice(0, 1);
      const from = after.slice(1);
      const kind = kindOf(job, partition);
      const command = new QueryCommand({
        ...{ TableName: table.name, IndexName: runsIndex, Limit: limit },
        KeyConditionExpression: '#kind = :kind',
        ExpressionAttributeNames: { '#kind': 'kind' },
        ExpressionAttributeValues: { ':kind': text(kind) },
        ...(from === ''
          ? {}
          : { ExclusiveStartKey: { pk: text(from), kind: text(kind), startedAt: noTime } }),
      });
      const { Items = [], LastEvaluatedKey } = await withRetry(() => table.client.send(command));
      const last = textOf(LastEvaluatedKey, 'pk');
      const nextPartition = partitions[partitions.indexOf(partition) + 1];
      const next = last === undefined ? nextPartition : `${partition}${last}`;
      // The index has keys alone.
      const found = await readItems(Items.flatMap((item) => textOf(item, 'pk') ?? []));
      const pages = found.flatMap((item) => headOf(item) ?? []);
      return { pages, ...(next === undefined ? {} : { next }) };
    },
  };
}

/** All pages have one, so that a change of a page is none of the index. */
const noTime = number(0);

function kindOf(job: string, partition: string): string {
  return `PAGES#${job}#${partition}`;
}

function attributesOf(job: string, record: PageRecord): DynamoItem {
  const { key, gone } = record;
  const partition = partitions[(key.charCodeAt(0) + key.charCodeAt(1)) % partitions.length] ?? '';
  return {
    body: packed(record),
    ...(gone === undefined ? { kind: text(kindOf(job, partition)), startedAt: noTime } : {}),
  };
}

function toRecord(item: DynamoItem): PageRecord | undefined {
  return unpackedOf(item, 'body');
}

function headOf(item: DynamoItem | undefined): Pick<PageRecord, 'key' | 'group'> | undefined {
  const record = item === undefined ? undefined : toRecord(item);
  if (record === undefined || record.gone !== undefined) return undefined;
  return { key: record.key, ...(record.group === undefined ? {} : { group: record.group }) };
}
