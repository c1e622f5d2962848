import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

export interface BucketTarget {
  client: S3Client;
  bucket: string;
}

export interface UploadOptions {
  contentType: string;
  /** Headers of the object: names in lower case, values in ASCII. */
  metadata?: Record<string, string>;
  /** Bytes of a part; another value is for tests. @default the smallest that S3 takes */
  partBytes?: number;
  /** Lets so many uploads of a process hold a large part at once. @default all */
  room?: UploadRoom;
}

/** A place for a part in memory: `acquire` answers a promise where all are taken. */
export interface UploadRoom {
  acquire(): Promise<void> | undefined;
  release(): void;
}

/** An object that is written as its bytes come. Its calls never overlap. */
export interface ObjectUpload {
  write(chunk: Uint8Array): Promise<void>;
  /** All bytes, as long as none was sent. */
  unsent(): Uint8Array | undefined;
  /** Makes the object, whole, and returns its ETag. */
  complete(): Promise<string | undefined>;
  /** Nothing is made of it. Without a call of it the bucket drops the parts within two days (`abandoned-uploads`). */
  abort(): Promise<void>;
}

/**
 * The smallest part that S3 takes, but for the last (S3 user guide, "Amazon S3 multipart upload limits"). With 10,000 parts at most, that is
 * enough for 52 GB.
 */
const smallestPartBytes = 5 * 1_048_576;

/** An upload with less than this in memory needs no room: most files are smaller. */
const freeBytes = 1_048_576;

/**
 * What is smaller than a part is one PUT, and nothing is begun before. Each part has a checksum, by which S3 refuses what was
 * changed on the way; completing names them all, as S3 asks for.
 */
export function openUpload(
  { client, bucket }: BucketTarget,
  Key: string,
  { contentType: ContentType, metadata: Metadata, partBytes = smallestPartBytes, room }: UploadOptions,
): ObjectUpload {
  const object = { Bucket: bucket, Key };
  const described = { ...object, ContentType, ...(Metadata === undefined ? {} : { Metadata }) };
  const parts: CompletedPart[] = [];
  let waiting: Uint8Array[] = [];
  let [bytes, hasRoom] = [0, false];
  let id: string | undefined;
  const send = async () => {
    id ??= (await client.send(new CreateMultipartUploadCommand({ ...described, ChecksumAlgorithm: 'CRC32' })))
      .UploadId;
    const part = { ...object, UploadId: id, PartNumber: parts.length + 1 };
    const Body = Buffer.concat(waiting);
    const { ETag, ChecksumCRC32 } = await client.send(
      new UploadPartCommand({ ...part, Body, ChecksumAlgorithm: 'CRC32' }),
    );
    parts.push({ PartNumber: part.PartNumber, ETag, ChecksumCRC32 });
    [waiting, bytes] = [[], 0];
  };
  const takeRoom = async () => {
    if (hasRoom || room === undefined) return;
    await room.acquire();
    hasRoom = true;
  };
  const leaveRoom = () => {
    if (hasRoom) room?.release();
    hasRoom = false;
  };
  return {
    async write(chunk) {
      if (bytes + chunk.length > freeBytes) await takeRoom();
      waiting.push(chunk);
      bytes += chunk.length;
      if (bytes >= partBytes) await send();
    },
    unsent: () => (id === undefined ? Buffer.concat(waiting) : undefined),
    async complete() {
      if (id === undefined) {
        const { ETag } = await client.send(
          new PutObjectCommand({ ...described, Body: Buffer.concat(waiting) }),
        );
        leaveRoom();
        return ETag;
      }
      if (bytes > 0) await send();
      const upload = { ...object, UploadId: id, MultipartUpload: { Parts: parts } };
      const { ETag } = await client.send(new CompleteMultipartUploadCommand(upload));
      leaveRoom();
      return ETag;
    },
    async abort() {
      leaveRoom();
      waiting = [];
      if (id === undefined) return;
      // What could not be aborted is dropped by the bucket.
      await client.send(new AbortMultipartUploadCommand({ ...object, UploadId: id })).catch(() => undefined);
    },
  };
}
