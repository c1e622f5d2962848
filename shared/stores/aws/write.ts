import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoItem } from './attributes.ts';
import { type Change, toUpdate } from './change.ts';
import { withRetry } from './retry.ts';
import type { Table } from './table.ts';

/** `old`: the record that did not meet the condition; absent if there was none. */
export type Written = { ok: true; item: DynamoItem } | { ok: false; old: DynamoItem | undefined };

/** `item` has the attributes that were written, or the whole record, as they are now. */
export async function write(
  table: Table,
  change: Change,
  returned: 'UPDATED_NEW' | 'ALL_NEW' = 'UPDATED_NEW',
): Promise<Written> {
  const input = { ...toUpdate(table.name, change), ReturnValues: returned };
  try {
    const { Attributes } = await withRetry(() => table.client.send(new UpdateItemCommand(input)));
    return { ok: true, item: Attributes ?? {} };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { ok: false, old: error.Item };
    throw error;
  }
}

/** Whether all was written; else, for each write in order, whether its condition failed, and on which record. */
export type WrittenTogether = { ok: true } | { ok: false; refusals: (FailedCondition | undefined)[] };
export interface FailedCondition {
  old: DynamoItem | undefined;
}

/** One change, with the answer of several: a transaction of one would cost twice as much. */
export async function writeAlone(table: Table, change: Change): Promise<WrittenTogether> {
  const written = await write(table, change);
  return written.ok ? { ok: true } : { ok: false, refusals: [{ old: written.old }] };
}

/**
 * All changes or none. A lost answer does no harm: the SDK repeats the call with the same token, and DynamoDB
 * answers again that it is done. A cancelled transaction has changed nothing, and gets a new token.
 */
export async function writeTogether(table: Table, changes: Change[]): Promise<WrittenTogether> {
  const writes = changes.map((change) => ({
    Update: { UpdateExpression: '', ...toUpdate(table.name, change) },
  }));
  let token = randomUUID();
  return withRetry(async () => {
    const input = { TransactItems: writes, ClientRequestToken: token };
    try {
      await table.client.send(new TransactWriteItemsCommand(input));
      return { ok: true };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      token = randomUUID();
      const reasons = error.CancellationReasons ?? [];
      if (!reasons.some(isRefusal)) throw error;
      return { ok: false, refusals: reasons.map((one) => (isRefusal(one) ? { old: one.Item } : undefined)) };
    }
  });
}

function isRefusal({ Code }: { Code?: string | undefined }): boolean {
  return Code === 'ConditionalCheckFailed';
}
