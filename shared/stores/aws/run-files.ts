import { GetObjectCommand, HeadObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { DropError } from '../../errors.ts';
import type { SourceFile } from '../../sources/types.ts';

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
