import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import type { RunState } from '../../shared/model.ts';
import type { ForgetBucket, ObjectCounts } from '../../shared/stores/aws/forget-objects.ts';
import type { RecordCounts } from '../../shared/stores/aws/forget-records.ts';

/** The counts of what was deleted with a run, and when. Contains no scraped data. */
export interface Receipt {
  run: string;
  state: RunState;
  /** The name of its job, which has more than its runs: files that they named. Absent in receipts of version 0.1. */
  job?: string;
  /** ISO 8601. */
  startedAt: string;
  finishedAt?: string;
  /** When the deletion was begun, and when the last pass found nothing more. */
  begunAt: string;
  forgottenAt?: string;
  /** No other run of its job was left: what the job knew of pages, and its sessions, were deleted too. */
  isLastOfJob?: true;
  /** Whether the claims of `onlyNew` were deleted too; otherwise they stay, without the run's name. */
  withClaims: boolean;
  records: RecordCounts;
  objects: ObjectCounts;
}

/** The receipt of a deletion under way, by which a later call continues it after a crash; it is renamed at the end. */
export async function writeReceipt({ client, bucket }: ForgetBucket, receipt: Receipt): Promise<void> {
  const isDone = receipt.forgottenAt !== undefined;
  const Key = isDone ? objectKeys.receipt(receipt.run) : objectKeys.openReceipt(receipt.run);
  const Body = `${JSON.stringify(receipt, null, 2)}\n`;
  await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/json' }));
  if (!isDone) return;
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: objectKeys.openReceipt(receipt.run) }));
}

/** The receipt of a run whose deletion was begun and not completed. */
export function readOpenReceipt(bucket: ForgetBucket, run: string): Promise<Receipt | undefined> {
  return readReceipt(bucket, objectKeys.openReceipt(run));
}

/** Epoch ms, if a run of that name was forgotten and its receipt is still there. */
export async function readForgottenAt(bucket: ForgetBucket, run: string): Promise<number | undefined> {
  const { forgottenAt } = (await readReceipt(bucket, objectKeys.receipt(run))) ?? {};
  return forgottenAt === undefined ? undefined : Date.parse(forgottenAt);
}

async function readReceipt({ client, bucket }: ForgetBucket, Key: string): Promise<Receipt | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? '');
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** Runs whose deletion was begun and not completed. */
export async function listOpenReceipts({ client, bucket }: ForgetBucket): Promise<string[]> {
  const prefix = objectKeys.openReceipt('').slice(0, -'.json'.length);
  const runs: string[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    runs.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(prefix.length, -'.json'.length)));
  }
  return runs;
}
