import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { openS3File } from '../../shared/sources/s3-file.ts';
import { describeWith } from '../aws/describe-with.ts';

await describeWith('ministack', 'on ministack', (connection) => {
  const openBucket = async () => {
    const client = new S3Client({ ...connection, forcePathStyle: true });
    const bucket = randomUUID();
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const put = (Key: string, Body: string) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: Body.length }));
    return { put, open: (key: string) => openS3File(client, bucket, key) };
  };
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

  describe('openS3File', () => {
    it('reads parts of an object, and fewer bytes only at the end', async () => {
      const { put, open } = await openBucket();
      await put('lists/urls.txt', '0123456789');
      const file = await open('lists/urls.txt');
      expect(file.size).toBe(10);
      expect(text(await file.readAt(0, 4))).toBe('0123');
      expect(text(await file.readAt(8, 4))).toBe('89');
      expect(text(await file.readAt(10, 4))).toBe('');
      await file.close();
    });

    it('says so when there is none, and when it is replaced', async () => {
      const { put, open } = await openBucket();
      await expect(open('a')).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
      await put('a', 'old');
      const old = await open('a');
      await put('a', 'new');
      await expect(old.readAt(0, 3)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      expect((await open('a')).version).not.toBe(old.version);
    });

    it('reads an empty object', async () => {
      const { put, open } = await openBucket();
      await put('a', '');
      expect(await (await open('a')).readAt(0, 3)).toHaveLength(0);
    });
  });
});
