import { createHash, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { FileStore } from '../../../shared/coordination/file-store.ts';
import { objectKeys } from '../../../shared/deployment/object-keys.ts';
import { makeLimiter } from '../../../shared/fetch/limiter.ts';
import { makeS3FileStore } from '../../../shared/stores/aws/s3-file-store.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { enforceUploadChecksums } from '../../aws/rules/upload-checksums.ts';
import { gallery, galleryPages, pdf, resultOf } from '../../engine/downloads/setting.ts';
import { enterWorld, openSite } from '../../engine/setting.ts';
import type { SiteRequest } from '../../engine/site.ts';
import { driveRun, makeJob } from '../../engine/world.ts';

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const dayMs = 86_400_000;
const smallestPart = 5 * 1_048_576;

interface Call {
  name: string;
  input: Record<string, unknown>;
}

await describeWith('ministack', 'makeS3FileStore', (connection) => {
  const client = new S3Client({ ...connection, forcePathStyle: true });
  enforceUploadChecksums(client);
  let calls: Call[] = [];
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        calls.push({ name: commandName.replace('Command', ''), input: args.input as Call['input'] });
        return next(args);
      },
    { step: 'initialize' },
  );
  afterAll(() => client.destroy());
  let bucket: string;
  let aheadMs = 0;
  let store: FileStore;

  beforeEach(async () => {
    [bucket, aheadMs] = [randomUUID(), 0];
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    store = open();
    calls = [];
  });

  const open = (options: { partBytes?: number } = {}) =>
    makeS3FileStore({
      ...{ client, bucket, job: 'shop', keepDays: 30, now: () => Date.now() + aheadMs },
      ...{ room: makeLimiter(1), ...options },
    });
  const namesOf = () => calls.map(({ name }) => name);
  const keysIn = async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key }) => Key);
  };
  const read = async (Key: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const keep = async (bytes: Buffer, key = 'a', of = store) => {
    const writer = await of.begin('r', key);
    for (let from = 0; from < bytes.length; from += 400_000)
      await writer.write(bytes.subarray(from, from + 400_000));
    return (await writer.finish(hashOf(bytes), 'application/pdf')).isEqual;
  };
  const kept = async (key = 'a') => {
    const part = await store.readPart('r', key);
    return part === undefined ? undefined : `${part.validator} ${await buffer(part.read())}`;
  };

  it('keeps a small file by one PUT, under its hash, that S3 can check', async () => {
    const bytes = pdf(20_000);
    expect(await keep(bytes)).toBe(false);
    expect(namesOf()).toEqual(['PutObject']);
    expect(calls[0]?.input).toMatchObject({
      ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
      IfNoneMatch: '*',
    });
    const key = objectKeys.stored('shop', hashOf(bytes));
    expect(await keysIn()).toEqual([key]);
    expect((await read(key)).equals(bytes)).toBe(true);
  });

  it('has equal bytes once, and makes them young again before the bucket would delete them', async () => {
    const bytes = pdf(2_000);
    await keep(bytes);
    expect(await keep(bytes, 'b')).toBe(true);
    calls = [];
    aheadMs = 29 * dayMs;
    expect(await keep(bytes, 'c')).toBe(true);
    expect(namesOf()).toEqual(['PutObject', 'HeadObject']);
    calls = [];
    aheadMs = 31 * dayMs;
    expect(await keep(bytes, 'd')).toBe(true);
    expect(namesOf()).toEqual(['PutObject', 'HeadObject', 'PutObject']);
  });

  it('sends a large file as it comes, in parts that S3 takes, and copies it to its hash', async () => {
    const bytes = pdf(3 * smallestPart);
    expect(await keep(bytes)).toBe(false);
    const parts = calls.filter(({ name }) => name === 'UploadPart').map(({ input }) => input);
    const sizes = parts.map(({ Body }) => (Body as Buffer).length);
    expect(sizes.slice(0, -1).every((size) => size >= smallestPart && size < smallestPart + 400_000)).toBe(
      true,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes.length);
    expect(
      calls.find(({ name }) => name === 'CompleteMultipartUpload')?.input['MultipartUpload'],
    ).toMatchObject({
      Parts: [1, 2, 3].map((PartNumber) => ({ PartNumber, ETag: expect.any(String) })),
    });
    const key = objectKeys.stored('shop', hashOf(bytes));
    expect((await read(key)).equals(bytes)).toBe(true);
    expect(await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).toMatchObject({
      ContentType: 'application/pdf',
    });
    // What is left of the upload is empty, and none is gone on from.
    expect(await store.readPart('r', 'a')).toBeUndefined();
    calls = [];
    expect(await keep(bytes, 'b')).toBe(true);
    expect(namesOf()).not.toContain('CopyObject');
  });

  it('goes on from all that an attempt has left in order, and from nothing that was thrown away', async () => {
    for (const partBytes of [1_000_000, 5]) {
      const writer = await open({ partBytes }).begin('r', 'a');
      await writer.keepAs('"ü"');
      await writer.write(Buffer.from('0123'));
      await writer.write(Buffer.from('456789'));
      expect(await writer.leave()).toBe(10);
      expect(await kept()).toBe('"ü" 0123456789');
      expect(await kept('b')).toBeUndefined();
      await store.dropParts('r', 'a');
      expect(await kept()).toBeUndefined();
    }
  });

  it('leaves nothing of what has no validator, is discarded or is not begun', async () => {
    const unnamed = await open({ partBytes: 5 }).begin('r', 'a');
    await unnamed.write(Buffer.from('0123456789'));
    expect(await unnamed.leave()).toBe(0);
    const discarded = await open({ partBytes: 5 }).begin('r', 'a');
    await discarded.keepAs('"v1"');
    await discarded.write(Buffer.from('0123456789'));
    await discarded.discard();
    await (await store.begin('r', 'a')).discard();
    expect(await keysIn()).toEqual([]);
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads).toEqual([]);
  });

  it('lets so many large files hold a part at once', async () => {
    const first = await store.begin('r', 'a');
    await first.write(Buffer.alloc(2_000_000));
    const second = await store.begin('r', 'b');
    await second.write(Buffer.alloc(1_000_000));
    let isIn = false;
    const waiting = second.write(Buffer.alloc(500_000)).then(() => {
      isIn = true;
    });
    await keep(pdf(1_000), 'c');
    expect(isIn).toBe(false);
    await first.discard();
    await waiting;
    await second.discard();
  });

  describe('under a run', () => {
    it('goes on with a file that was cut off, and names it by its hash', async () => {
      const body = pdf(smallestPart + 3_000_000);
      const cut = ({ earlier, headers }: SiteRequest) => {
        const head = { etag: '"v1"', 'content-length': String(body.length) };
        if (earlier === 0)
          return { body: body.subarray(0, smallestPart + 1_000_000), headers: head, isCut: true };
        const [, first = ''] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
        const range = `bytes ${first}-${body.length - 1}/${body.length}`;
        return {
          ...{ status: 206, body: body.subarray(Number(first)) },
          headers: { etag: '"v1"', 'content-range': range },
        };
      };
      const world = enterWorld({}, {}, { openFiles: () => store });
      const site = await openSite({ '/': gallery('/a.pdf'), '/a.pdf': cut });
      const job = makeJob({ sources: [{ urls: { list: [`${site.origin}/`] } }], pages: galleryPages });
      await world.start('r', job);
      await driveRun(world, 'r', world.newProcess('p'));
      const { files, facts } = await resultOf(world, job);
      expect(files).toMatchObject({ photos: [{ sha256: hashOf(body), bytes: body.length }] });
      expect(facts.map(({ end, code }) => code ?? end)).toEqual(['FILE_UNFINISHED', 'stored']);
      expect(facts.at(-1)?.bytes).toBeLessThan(3_000_000);
      expect((await read(objectKeys.stored('shop', hashOf(body)))).equals(body)).toBe(true);
    });
  });
});
