import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Outcomes } from '../../coordination/ports.ts';
import { readStoredOutcome, storeOutcome } from '../../coordination/stored-reason.ts';
import { objectKeys } from '../../deployment/object-keys.ts';
import { RetryError } from '../../errors.ts';
import type { Outcome } from '../../model.ts';
import { pauseMs } from './retry.ts';

export interface S3OutcomesOptions {
  client: S3Client;
  bucket: string;
  /** Objects that `list` reads ahead; 16 of the largest are some ten MB. @default 16 */
  readAhead?: number;
}

/** Outcomes that can be listed from any position: several calls of a function read what is too much for one. */
export interface S3Outcomes extends Outcomes {
  /** As `list`, of the batches whose ids come after this one. */
  listAfter(run: string, batch: string | undefined): AsyncIterable<Outcome>;
}

const maxAttempts = 10;

/** The page size of ListObjectsV2 (S3 API reference). */
const keysPerListing = 1_000;
const outcomeSuffix = '.json.gz';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * Write-once outcomes on S3, gzipped JSON, listed by batch id. Their content type is gzip and they
 * have no content encoding: with one, HTTP clients would unpack what is named `.json.gz`.
 */
export function makeS3Outcomes(options: S3OutcomesOptions): S3Outcomes {
  const { client, bucket, readAhead = 16 } = options;
  const readKey = async (Key: string): Promise<Outcome | undefined> => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return readStoredOutcome(JSON.parse((await unpack(bytes)).toString('utf8')));
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };

  return {
    async write(outcome) {
      const key = objectKeys.outcome(outcome.run, outcome.batch);
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: await pack(JSON.stringify(storeOutcome(outcome)), { level: constants.Z_BEST_SPEED }),
        ContentType: 'application/gzip',
        IfNoneMatch: '*',
      });
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const answer = await statusOf(() => client.send(put));
        if (answer === 'written') return outcome;
        const winner = answer === 'exists' ? await readKey(key) : undefined;
        if (winner !== undefined) return winner;
        await sleep(pauseMs(attempt));
      }
      throw new RetryError('STORE_FAILED', `${key} is being written by others all the time`);
    },

    read: (run, batch) => readKey(objectKeys.outcome(run, batch)),

    async listBatches(run, { after, limit }) {
      const prefix = objectKeys.outcomes(run);
      const batches: string[] = [];
      const pages = paginateListObjectsV2(
        { client, pageSize: Math.min(limit, keysPerListing) },
        {
          Bucket: bucket,
          Prefix: prefix,
          ...(after === undefined ? {} : { StartAfter: objectKeys.outcome(run, after) }),
        },
      );
      for await (const { Contents = [] } of pages) {
        for (const { Key = '' } of Contents) batches.push(Key.slice(prefix.length, -outcomeSuffix.length));
        if (batches.length >= limit) break;
      }
      return batches.slice(0, limit);
    },

    list: (run) => listAfter(run, undefined),
    listAfter,
  };

  async function* listAfter(run: string, batch: string | undefined): AsyncGenerator<Outcome> {
    const ahead: Promise<Outcome | undefined>[] = [];
    try {
      for await (const key of keysUnder(client, bucket, run, batch)) {
        const reading = readKey(key);
        // The read may fail long before it is awaited.
        reading.catch(() => {});
        ahead.push(reading);
        const next = ahead.length < readAhead ? undefined : await ahead.shift();
        if (next !== undefined) yield next;
      }
      for (const reading of ahead) {
        const next = await reading;
        if (next !== undefined) yield next;
      }
    } finally {
      await Promise.allSettled(ahead);
    }
  }
}

/** `raced`: S3 cannot say yet which write was first ("Conditional writes", S3 user guide: 412 and 409). */
async function statusOf(put: () => Promise<unknown>): Promise<'written' | 'exists' | 'raced'> {
  try {
    await put();
    return 'written';
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 412) return 'exists';
    if (status === 409) return 'raced';
    throw error;
  }
}

async function* keysUnder(
  client: S3Client,
  Bucket: string,
  run: string,
  batch: string | undefined,
): AsyncIterable<string> {
  const StartAfter = batch === undefined ? undefined : objectKeys.outcome(run, batch);
  const input = { Bucket, Prefix: objectKeys.outcomes(run), StartAfter };
  for await (const page of paginateListObjectsV2({ client }, input)) {
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
  }
}
