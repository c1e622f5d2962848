import type { CoordinationStore } from '../shared/coordination/ports.ts';
import { openDatabase } from '../shared/stores/local/database.ts';
import { makeLocalCoordination } from '../shared/stores/local/local-coordination.ts';
import { blockedMs, makeAsyncWait } from '../shared/stores/local/wait-async.ts';

/** The shared store: a file of this machine, or a table with a partition key `pk` (string). */
export type StoreAddress = { file: string } | { table: string; region?: string };

export interface OpenedStore extends Disposable {
  store: CoordinationStore;
}

/**
 * Opens locks, counters and registers on SQLite or DynamoDB; to be called in each process. Rejects with
 * `HaltError` STORE_FAILED, STORE_BUSY while another process keeps the file locked, or STORE_OUTDATED for that of another
 * version. A table is first accessed by the
 * first call.
 */
export async function openStore(address: StoreAddress): Promise<OpenedStore> {
  if ('file' in address) {
    const wait = makeAsyncWait(address.file);
    const database = await wait.whenFree(() => openDatabase(address.file, { maxWaitMs: blockedMs }));
    return {
      store: wait.around(makeLocalCoordination(database)),
      [Symbol.dispose]: () => database.close(),
    };
  }
  // Loading the SDK takes longer than all work on a file.
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { makeDynamoCoordination } = await import('../shared/stores/aws/dynamo-coordination.ts');
  const { clockOf } = await import('../shared/stores/aws/store-clock.ts');
  const { table, ...config } = address;
  const timeOuts = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };
  const client = new DynamoDBClient({ ...config, requestHandler: timeOuts });
  return {
    store: makeDynamoCoordination({ client, table, keepDays: 30, now: clockOf(client) }),
    [Symbol.dispose]: () => client.destroy(),
  };
}
