import { hash } from 'node:crypto';
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { FileStore, FileWriter, KeptPart } from '../../coordination/file-store.ts';
import { objectKeys } from '../../deployment/object-keys.ts';
import { RetryError } from '../../errors.ts';
import { type BucketTarget, openUpload, type UploadOptions } from './s3-upload.ts';

export interface S3FileStoreOptions extends BucketTarget, Pick<UploadOptions, 'partBytes' | 'room'> {
  /** The name of the job whose files these are. */
  job: string;
  /** Days for which a file must last once a run names it: the bucket deletes it after twice as many. */
  keepDays: number;
  /** Epoch ms. */
  now: () => number;
}

const dayMs = 86_400_000;

/** S3 copies some hundred megabytes a second inside of a bucket; the files of a job have 5 GB at most. */
const copyTimeoutMs = 120_000;

/**
 * Files in a bucket, each under the hash of its bytes, over all runs of a job. A file smaller than a part is one PUT; a larger one goes to
 * `uploads/` as it comes, since its hash is known at its end alone, and is copied from there inside of S3. What lies in `uploads/` the
 * bucket deletes: no function may. Only functions write here, so a hash that is there is not read again.
 *
 * An attempt that was cut off leaves what came, whole, to be gone on from; one whose process was killed leaves nothing.
 */
export function makeS3FileStore(options: S3FileStoreOptions): FileStore {
  const { client, bucket } = options;
  return {
    // The bytes of a file whose outcome was lost are in the bucket, but nothing says of which address they are.
    readKept: async () => undefined,
    noteKept: async () => {},
    readPart: (run, key) => readPart(options, uploadKey(run, key)),
    async dropParts(run, key) {
      await empty({ client, bucket }, uploadKey(run, key));
    },
    begin: async (run, key) => writerOf(options, uploadKey(run, key)),
  };
}

function uploadKey(run: string, key: string): string {
  return objectKeys.upload(run, hash('sha256', key, 'hex').slice(0, 32));
}

/** Without an object to delete, one without bytes is no part. */
async function empty({ client, bucket }: BucketTarget, Key: string): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: new Uint8Array() }));
}

async function readPart(target: BucketTarget, key: string): Promise<KeptPart | undefined> {
  const head = await headOf(target, key);
  const { ContentLength: bytes = 0, ETag = '', Metadata = {} } = head ?? {};
  const validator = Metadata['validator'];
  if (bytes === 0 || validator === undefined) return undefined;
  const { client, bucket } = target;
  return {
    validator: decodeURIComponent(validator),
    bytes,
    async *read() {
      const object = { Bucket: bucket, Key: key, IfMatch: ETag };
      const { Body } = await client.send(new GetObjectCommand(object)).catch(orReplaced);
      yield* Body as unknown as AsyncIterable<Uint8Array>;
    },
  };
}

/** Another attempt has left another part meanwhile. */
function orReplaced(cause: unknown): never {
  if (statusOf(cause) !== 412) throw cause;
  throw new RetryError('FILE_CHANGED', 'another attempt at the file has left another part', { cause });
}

function writerOf(options: S3FileStoreOptions, key: string): FileWriter {
  const { partBytes, room } = options;
  let written = 0;
  let validator: string | undefined;
  let opened: ReturnType<typeof openUpload> | undefined;
  // Begun with the first bytes: only then is known what it has to be called.
  const upload = () => {
    opened ??= openUpload(options, key, {
      contentType: 'application/octet-stream',
      ...(validator === undefined ? {} : { metadata: { validator: encodeURIComponent(validator) } }),
      ...(partBytes === undefined ? {} : { partBytes }),
      ...(room === undefined ? {} : { room }),
    });
    return opened;
  };
  return {
    async keepAs(said) {
      validator = said;
    },
    async write(chunk) {
      await upload().write(chunk);
      written += chunk.length;
    },
    async finish(sha256, type) {
      const whole = upload().unsent();
      if (whole === undefined) return copyWhole(options, key, await upload().complete(), { sha256, type });
      const isEqual = await putWhole(options, whole, { sha256, type });
      await upload().abort();
      return { isEqual };
    },
    async leave() {
      if (validator === undefined || written === 0) {
        await opened?.abort();
        return 0;
      }
      await upload().complete();
      return written;
    },
    discard: async () => opened?.abort(),
  };
}

interface WholeFile {
  sha256: string;
  type: string;
}

const maxRaces = 10;

/** Whether the store has the file already; one that would be deleted before the run that names it is written again. */
async function putWhole(
  options: S3FileStoreOptions,
  Body: Uint8Array,
  { sha256, type }: WholeFile,
): Promise<boolean> {
  const { client, bucket, job } = options;
  const Key = objectKeys.stored(job, sha256);
  const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
  const object = { Bucket: bucket, Key, Body, ContentType: type, ChecksumSHA256 };
  for (let race = 0; race < maxRaces; race += 1) {
    try {
      await client.send(new PutObjectCommand({ ...object, IfNoneMatch: '*' }));
      return false;
    } catch (error) {
      // 409: S3 cannot say yet which write was first ("Conditional writes", S3 user guide).
      if (statusOf(error) === 409) continue;
      if (statusOf(error) !== 412) throw error;
      if (isOld(options, await headOf(options, Key))) await client.send(new PutObjectCommand(object));
      return true;
    }
  }
  throw new RetryError('STORE_FAILED', `${Key} is being written by others all the time`);
}

/** The upload is emptied, since whoever went on from a whole file would hear that it has no more bytes. */
async function copyWhole(
  options: S3FileStoreOptions,
  from: string,
  etag: string | undefined,
  { sha256, type }: WholeFile,
): Promise<{ isEqual: boolean }> {
  const { client, bucket, job } = options;
  const Key = objectKeys.stored(job, sha256);
  const there = await headOf(options, Key);
  if (there === undefined || isOld(options, there)) {
    const copy = {
      ...{ Bucket: bucket, Key, CopySource: `${bucket}/${encodeURIComponent(from)}` },
      ...({ CopySourceIfMatch: etag, MetadataDirective: 'REPLACE', ContentType: type } as const),
    };
    await client.send(new CopyObjectCommand(copy), { requestTimeout: copyTimeoutMs }).catch(orReplaced);
  }
  await empty(options, from);
  return { isEqual: there !== undefined };
}

function isOld({ keepDays, now }: S3FileStoreOptions, head: HeadObjectCommandOutput | undefined): boolean {
  const writtenAt = head?.LastModified?.getTime() ?? 0;
  return now() - writtenAt > keepDays * dayMs;
}

async function headOf(
  { client, bucket }: BucketTarget,
  Key: string,
): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await client.send(new HeadObjectCommand({ Bucket: bucket, Key }));
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
