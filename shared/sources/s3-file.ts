import { GetObjectCommand, HeadObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { DropError, HaltError } from '../errors.ts';
import type { S3Address } from '../schema/s3-address.ts';
import type { SourceFile } from './types.ts';

/**
 * Opens an object for reading in parts; its version is the ETag. Throws `DropError`: SOURCE_MISSING when the
 * object does not exist, SOURCE_CHANGED when it is replaced meanwhile.
 */
export async function openS3File(client: S3Client, bucket: string, key: string): Promise<SourceFile> {
  const object = { Bucket: bucket, Key: key };
  const head = await orDrop(key, () => client.send(new HeadObjectCommand(object)));
  const { ContentLength: size = 0, ETag: version = '' } = head;
  return {
    size,
    version,
    async readAt(offset, length) {
      const end = Math.min(offset + length, size);
      if (end <= offset) return new Uint8Array();
      const part = { ...object, IfMatch: version, Range: `bytes=${offset}-${end - 1}` };
      const { Body } = await orDrop(key, () => client.send(new GetObjectCommand(part)));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
    async close() {},
  };
}

/**
 * Opens objects that jobs name by their addresses. Throws `DropError` SOURCE_MISSING where there is none or it may not be
 * read, and `HaltError` AWS_CREDENTIALS.
 */
export function openS3Object(client: S3Client, { bucket, key }: S3Address): Promise<SourceFile> {
  const address = `s3://${bucket}/${key}`;
  return openS3File(client, bucket, key).catch((cause: unknown) => {
    if (cause instanceof DropError)
      throw new DropError('SOURCE_MISSING', `${address}: there is no such object`, { cause });
    if (isDenied(cause)) {
      const why =
        'Here the default credentials have to allow s3:GetObject; on AWS, aws.seeds has to name the object';
      throw new DropError('SOURCE_MISSING', `${address} may not be read. ${why}.`, { cause });
    }
    if (cause instanceof Error && cause.name === 'CredentialsProviderError') {
      throw new HaltError('AWS_CREDENTIALS', `${address}: ${cause.message}`, { cause });
    }
    throw cause;
  });
}

function isDenied(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403;
}

/** A client with the default credentials of this machine. An address says no region: that of the bucket is found out. */
export function defaultS3Client(): S3Client {
  return new S3Client({
    // Works for names with dots, and for other stores that speak S3.
    forcePathStyle: true,
    followRegionRedirects: true,
    region: process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
  });
}

async function orDrop<T>(key: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    const status = cause instanceof S3ServiceException ? cause.$metadata.httpStatusCode : undefined;
    if (status === 404) throw new DropError('SOURCE_MISSING', `${key} is not in the bucket`, { cause });
    if (status === 412) throw new DropError('SOURCE_CHANGED', `${key} was replaced`, { cause });
    throw cause;
  }
}
