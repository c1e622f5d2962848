import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { BatchQueue, Delivery } from '../../../shared/coordination/ports.ts';
import type { Batch } from '../../../shared/model.ts';
import { writeMessage } from '../../../shared/stores/aws/batch-message.ts';
import { deliveryOf, makeEventQueue, makeSqsQueue } from '../../../shared/stores/aws/sqs-queue.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { describeQueue } from '../../contracts/queue-contract.ts';

const visibilityMs = 5_000;

const batch = (id: string, body = ''): Batch => ({
  run: 'r',
  id,
  host: 'example.com',
  requests: [
    { kind: 'rest', source: 0, url: 'https://example.com/', label: 'x', depth: 0, attempt: 0, body },
  ],
});

await describeWith('ministack', 'on ministack', (connection) => {
  const openQueue = async () => {
    const client = new SQSClient(connection);
    const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: randomUUID() }));
    const queue = makeSqsQueue({ client, queueUrl: QueueUrl, visibilityMs, pollMs: 0 });
    const close = async () => {
      await client.send(new DeleteQueueCommand({ QueueUrl }));
      client.destroy();
    };
    return { client, QueueUrl, queue, close };
  };

  describeQueue('makeSqsQueue', {
    visibilityMs,
    isRealTime: true,
    async open() {
      const { queue, close } = await openQueue();
      return { queue, openAs: () => queue, now: Date.now, advance: (ms) => sleep(ms), close };
    },
  });

  describe('makeSqsQueue', () => {
    it('carries batches larger than a message, and characters that SQS refuses', async () => {
      const { queue, close } = await openQueue();
      const large = batch('large', '€\uFFFF\u0001\u{1F577}'.repeat(200_000));
      await queue.send([{ batch: large }, ...Array.from({ length: 12 }, () => ({ batch: largeNoise() }))]);
      const received = await queue.receive({ max: 20 });
      expect(received).toHaveLength(13);
      expect(received.find((delivery) => delivery.batch.id === 'large')?.batch).toEqual(large);
      await close();
    });

    it('leaves out what is no batch', async () => {
      const { client, QueueUrl, queue, close } = await openQueue();
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"hello":1}' }));
      await queue.send([{ batch: batch('a') }]);
      expect((await queue.receive({ max: 10 })).map((delivery) => delivery.batch.id)).toEqual(['a']);
      await close();
    });

    it('takes a receipt of a message that is gone for acknowledged', async () => {
      const { queue, close } = await openQueue();
      await queue.send([{ batch: batch('a') }]);
      const deliveries = await queue.receive({ max: 1 });
      await queue.acknowledge(deliveries);
      await queue.acknowledge(deliveries);
      await queue.extend(deliveries);
      await close();
    });
  });
});

/** 700 kB that do not compress. */
function largeNoise(): Batch {
  const bytes = Buffer.alloc(525_000, 0).map(() => Math.floor(Math.random() * 256));
  return batch('noise', Buffer.from(bytes).toString('base64'));
}

interface Entry {
  Id: string;
  DelaySeconds: number;
  MessageGroupId: string;
}

/** An SQS that refuses as `refuse` says, and the entries of each call it got. */
async function refusingQueue(refuse: (entry: Entry, call: number) => { SenderFault: boolean } | undefined) {
  const calls: Entry[][] = [];
  const server = createServer(async (request, response) => {
    const { Entries } = (await json(request)) as { Entries: Entry[] };
    calls.push(Entries);
    const answers = Entries.map((entry) => ({ Id: entry.Id, ...refuse(entry, calls.length) }));
    const Failed = answers.filter((answer) => answer.SenderFault !== undefined);
    const Successful = answers.filter((answer) => answer.SenderFault === undefined);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(
      JSON.stringify({ Failed: Failed.map((entry) => ({ ...entry, Code: 'Refused' })), Successful }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials, md5: false });
  const queue = makeSqsQueue({ client, queueUrl: `${endpoint}/q`, visibilityMs, now: () => 1_000_000 });
  const close = () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { queue, calls, close };
}

const receipt = (text: string): Delivery => ({ batch: batch('a'), receipt: text, receives: 1 });

describe('makeSqsQueue', () => {
  it('sends again only what was refused', async () => {
    const { queue, calls, close } = await refusingQueue(({ Id }, call) =>
      call <= 2 && Number(Id) < 2 ? { SenderFault: false } : undefined,
    );
    await queue.send(['a', 'b', 'c'].map((id) => ({ batch: batch(id) })));
    expect(calls.map((entries) => entries.map(({ Id }) => Id))).toEqual([
      ['0', '1', '2'],
      ['0', '1'],
      ['0', '1'],
    ]);
    close();
  });

  it('sends batches that are read in a browser to their own queue, and receives from the one it is told', async () => {
    const urls: string[] = [];
    const client = new SQSClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    client.middlewareStack.add(
      () =>
        async ({ input }) => {
          urls.push((input as { QueueUrl: string }).QueueUrl);
          return { output: { $metadata: {} }, response: {} };
        },
      { step: 'initialize' },
    );
    const of = { client, queueUrl: 'work', visibilityMs };
    const both = [{ batch: batch('a') }, { batch: { ...batch('b'), inBrowser: true as const } }];
    await makeSqsQueue({ ...of, browserQueueUrl: 'browser' }).send(both);
    expect(urls.splice(0)).toEqual(['work', 'browser']);
    await makeSqsQueue(of).send(both);
    expect(urls.splice(0)).toEqual(['work']);
    const own = makeSqsQueue({ ...of, browserQueueUrl: 'browser', ownQueueUrl: 'browser' });
    await own.extend([receipt('a')]);
    await own.receive({ max: 1 });
    await own.send([{ batch: batch('a') }]);
    expect(urls).toEqual(['browser', 'browser', 'work']);
  });

  it('halts at a batch that SQS will never take', async () => {
    const { queue, calls, close } = await refusingQueue(() => ({ SenderFault: true }));
    await expect(queue.send([{ batch: batch('a') }])).rejects.toMatchObject({
      name: 'HaltError',
      code: 'STORE_FAILED',
    });
    expect(calls).toHaveLength(1);
    close();
  });

  it('delays by whole seconds, 15 minutes at most, in the group of the run', async () => {
    const { queue, calls, close } = await refusingQueue(() => undefined);
    const times = [undefined, 999_000, 1_000_001, 1_002_500, 10_000_000];
    await queue.send(
      times.map((notBefore) =>
        notBefore === undefined ? { batch: batch('a') } : { batch: batch('a'), notBefore },
      ),
    );
    expect(calls[0]?.map(({ DelaySeconds }) => DelaySeconds)).toEqual([0, 0, 1, 3, 900]);
    expect(new Set(calls[0]?.map(({ MessageGroupId }) => MessageGroupId))).toEqual(new Set(['r']));
    close();
  });

  it.each(['acknowledge', 'extend'] as const)('%s ignores receipts that have run out', async (method) => {
    const { queue, calls, close } = await refusingQueue(({ Id }) =>
      Id === '0' ? { SenderFault: true } : undefined,
    );
    await queue[method]([receipt('old'), receipt('new')]);
    expect(calls).toHaveLength(1);
    close();
  });

  it('keeps calls within ten entries and one MiB', async () => {
    const { queue, calls, close } = await refusingQueue(() => undefined);
    await queue.send(Array.from({ length: 21 }, () => ({ batch: batch('a') })));
    expect(calls.map((entries) => entries.length).sort()).toEqual([1, 10, 10]);
    calls.length = 0;
    await queue.send(Array.from({ length: 3 }, () => ({ batch: largeNoise() })));
    expect(calls.map((entries) => entries.length)).toEqual([1, 1, 1]);
    close();
  });
});

const record = (messageId: string, body: string): SQSRecord => ({
  messageId,
  receiptHandle: `receipt of ${messageId}`,
  body,
  attributes: {
    ApproximateReceiveCount: '3',
    SentTimestamp: '0',
    SenderId: 'x',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:q',
  awsRegion: 'us-east-1',
});

describe('deliveryOf', () => {
  it('reads the batch, its receipt and how often it came', () => {
    const packed = batch('big', 'x'.repeat(100_000));
    expect(deliveryOf(record('m', writeMessage(packed)))).toEqual({
      batch: packed,
      receipt: 'receipt of m',
      receives: 3,
    });
    expect(writeMessage(packed).slice(0, 3)).toBe('gz:');
  });

  it.each(['', 'null', '{', '[]', '{"run":"r"}', 'gz:', 'gz:AAAA', 'gz:####'])(
    'gives nothing for %j',
    (body) => {
      expect(deliveryOf(record('m', body))).toBeUndefined();
    },
  );
});

describe('makeEventQueue', () => {
  const sent: string[] = [];
  const behind: BatchQueue = {
    send: async (messages) => void sent.push(...messages.map((message) => message.batch.id)),
    receive: async () => [],
    acknowledge: async () => {
      throw new Error('the event source mapping deletes');
    },
    extend: async () => {},
  };
  const records = [
    record('1', writeMessage(batch('a'))),
    record('2', 'rubbish'),
    record('3', writeMessage(batch('c'))),
  ];

  it('reports what was not acknowledged, rubbish included', async () => {
    const queue = makeEventQueue(behind, records);
    const [first] = await queue.receive({ max: 1 });
    expect(queue.deliveries.map((delivery) => delivery.batch.id)).toEqual(['a', 'c']);
    await queue.acknowledge(first === undefined ? [] : [first]);
    expect(queue.failures()).toEqual([{ itemIdentifier: '2' }, { itemIdentifier: '3' }]);
  });

  it('gives each batch of the event once and sends on the queue behind it', async () => {
    const queue = makeEventQueue(behind, records);
    expect(await queue.receive({ max: 10 })).toHaveLength(2);
    expect(await queue.receive({ max: 10 })).toEqual([]);
    await queue.send([{ batch: batch('child') }]);
    expect(sent).toEqual(['child']);
  });
});
