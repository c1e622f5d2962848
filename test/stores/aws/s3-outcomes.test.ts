import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { objectKeys } from '../../../shared/deployment/object-keys.ts';
import type { Outcome } from '../../../shared/model.ts';
import { makeS3Outcomes } from '../../../shared/stores/aws/s3-outcomes.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { describeOutcomes } from '../../contracts/outcomes-contract.ts';

const outcome = (batch: string): Outcome => ({
  run: 'r',
  batch,
  pages: [],
  items: [],
  links: [],
  retries: [],
  counts: {},
  batchSizes: { own: 1, other: 1 },
});

await describeWith('ministack', 'on ministack', (connection) => {
  const openBucket = async () => {
    const client = new S3Client({ ...connection, forcePathStyle: true });
    const bucket = randomUUID();
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return {
      client,
      bucket,
      outcomes: makeS3Outcomes({ client, bucket }),
      close: async () => client.destroy(),
    };
  };

  describeOutcomes('makeS3Outcomes', { open: openBucket });

  describe('makeS3Outcomes', () => {
    it('lists by key over several pages, whatever order the reads end in', async () => {
      const { outcomes, close } = await openBucket();
      const ids = Array.from({ length: 1_010 }, (_, index) => `b${String(index).padStart(4, '0')}`);
      await Promise.all(ids.map((id) => outcomes.write(outcome(id))));
      const listed: string[] = [];
      for await (const { batch } of outcomes.list('r')) listed.push(batch);
      expect(listed).toEqual(ids);
      await close();
    });

    it('can be left in the middle of a list', async () => {
      const { outcomes, close } = await openBucket();
      for (const id of ['a', 'b', 'c']) await outcomes.write(outcome(id));
      for await (const { batch } of outcomes.list('r')) {
        expect(batch).toBe('a');
        break;
      }
      await close();
    });

    it('stores a gzip file, not an encoding that clients undo', async () => {
      const { client, bucket, outcomes, close } = await openBucket();
      await outcomes.write(outcome('a'));
      const key = { Bucket: bucket, Key: objectKeys.outcome('r', 'a') };
      const head = await client.send(new HeadObjectCommand(key));
      expect(head).toMatchObject({ ContentType: 'application/gzip' });
      expect(head.ContentEncoding).toBeUndefined();
      await close();
    });
  });
});

describe('makeS3Outcomes', () => {
  it('tries again while S3 cannot say who is first', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      request.resume();
      asked.push(request.headers['if-none-match']);
      response.statusCode = asked.length < 3 ? 409 : 200;
      const code = '<Error><Code>ConditionalRequestConflict</Code><Message>race</Message></Error>';
      response.end(asked.length < 3 ? code : '');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      forcePathStyle: true,
    });
    expect(await makeS3Outcomes({ client, bucket: 'b' }).write(outcome('a'))).toEqual(outcome('a'));
    expect(asked).toEqual(['*', '*', '*']);
    client.destroy();
    server.close();
  });
});
