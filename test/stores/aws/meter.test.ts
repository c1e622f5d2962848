import { once } from 'node:events';
import { createServer } from 'node:http';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageBatchCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Commit, CommitAnswer, Ledger } from '../../../shared/coordination/ports.ts';
import { attachMeter, makeMeter, metered, noRun } from '../../../shared/stores/aws/meter.ts';

describe('makeMeter', () => {
  it('adds to the run being worked on, though several are at once', async () => {
    const meter = makeMeter();
    const work = (run: string, amount: number) =>
      meter.during(run, async () => {
        await new Promise(setImmediate);
        meter.add('writeUnits', amount);
      });
    await Promise.all([work('a', 1), work('b', 2), work('a', 4)]);
    meter.add('readUnits', 3);
    expect([meter.take('a'), meter.take('b'), meter.take(noRun)]).toEqual([
      { writeUnits: 5 },
      { writeUnits: 2 },
      { readUnits: 3 },
    ]);
    expect(meter.take('a')).toEqual({});
  });

  it('adds what is put back to what came meanwhile', () => {
    const meter = makeMeter();
    meter.addTo('a', 's3Puts', 1);
    const usage = meter.take('a');
    meter.addTo('a', 's3Puts', 2);
    meter.putBack('a', usage);
    expect(meter.take('a')).toEqual({ s3Puts: 3 });
  });
});

describe('metered', () => {
  const commit: Commit = {
    ...{ run: 'r', batch: 'b', fence: 1, counts: { stored: 2 } },
    open: { shard: 0, added: {} },
  };
  const commitWith = async (answer: () => Promise<CommitAnswer>) => {
    const meter = makeMeter();
    meter.addTo('r', 'writeUnits', 4);
    const seen: Commit[] = [];
    const inner: Pick<Ledger, 'commit'> = {
      commit(one) {
        seen.push(one);
        return answer();
      },
    };
    await metered(inner as Ledger, meter)
      .commit(commit)
      .catch(() => {});
    return { counts: seen[0]?.counts, left: meter.take('r') };
  };

  it('lets a commit carry the usage of its run', async () => {
    const { counts, left } = await commitWith(async () => ({ state: 'done' }));
    expect(counts).toEqual({ stored: 2, 'used:writeUnits': 4 });
    expect(left).toEqual({});
  });

  it.each<[string, () => Promise<CommitAnswer>]>([
    ['is already done', async () => ({ state: 'already' })],
    ['is stale', async () => ({ state: 'stale' })],
    ['fails', () => Promise.reject(new Error('throttled'))],
  ])('keeps the usage for the next commit when one %s', async (_, answer) => {
    expect((await commitWith(answer)).left).toEqual({ writeUnits: 4 });
  });
});

describe('attachMeter', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });
  const serve = async (status: number, body: string) => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status).end(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(() => server.close());
    const address = server.address();
    return {
      endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      ...{ region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
      ...{ maxAttempts: 1, forcePathStyle: true },
    };
  };

  it('counts SQS requests by 64 KiB of payload', async () => {
    const meter = makeMeter();
    const client = new SQSClient({ ...(await serve(200, '{"Successful":[],"Failed":[]}')), md5: false });
    attachMeter(meter, client);
    const MessageBody = 'ü'.repeat(20_000);
    const Entries = ['1', '2'].map((Id) => ({ Id, MessageBody }));
    await meter.during('r', () =>
      client.send(new SendMessageBatchCommand({ QueueUrl: 'http://q', Entries })),
    );
    expect(meter.take('r')).toEqual({ sqsRequests: 2 });
    const handles = [{ Id: '1', ReceiptHandle: 'x' }];
    await meter.during('r', () =>
      client.send(new DeleteMessageBatchCommand({ QueueUrl: 'http://q', Entries: handles })),
    );
    expect(meter.take('r')).toEqual({ sqsRequests: 1 });
    client.destroy();
  });

  it('counts S3 requests by kind, and the bytes of what was stored', async () => {
    const meter = makeMeter();
    const client = new S3Client(await serve(200, ''));
    attachMeter(meter, client);
    const at = { Bucket: 'b', Key: 'k' };
    await meter.during('r', () => client.send(new PutObjectCommand({ ...at, Body: Buffer.alloc(1_234) })));
    await meter.during('r', () => client.send(new GetObjectCommand(at)));
    expect(meter.take('r')).toEqual({ s3Puts: 1, s3Gets: 1, s3Bytes: 1_234 });
    client.destroy();
  });

  it('counts a put that was refused, without its bytes', async () => {
    const meter = makeMeter();
    const client = new S3Client(await serve(412, ''));
    attachMeter(meter, client);
    const put = new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x', IfNoneMatch: '*' });
    await expect(meter.during('r', () => client.send(put))).rejects.toThrow();
    expect(meter.take('r')).toEqual({ s3Puts: 1 });
    client.destroy();
  });
});
