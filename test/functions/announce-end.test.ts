import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFinish } from '../../functions/tasks/finish.ts';
import { openWatch } from '../../functions/watch.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import type { Counts, Item } from '../../shared/model.ts';
import { describeWith } from '../aws/describe-with.ts';
import { fact } from '../export/outcomes-of.ts';
import { type FinishAccount, makeFinishedRun, openFinishAccount, readManifest } from './finish-run.ts';

const items = (count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({
    item: 'book',
    url: `https://shop.test/${index}`,
    fields: { name: `Book ${index}` },
  }));
const failures = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    fact('failed', { url: `https://shop.test/f${index}`, code: 'HTTP_404' }),
  );

await describeWith('ministack', 'the message that a run is over', (connection) => {
  let opened: FinishAccount;
  let sqs: SQSClient;
  let mailbox = '';
  beforeAll(async () => {
    opened = await openFinishAccount(connection);
    sqs = new SQSClient(connection);
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'mailbox' }));
    mailbox = QueueUrl;
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const sns = new SNSClient(connection);
    const TopicArn = opened.environment.topicArn;
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Attributes?.['QueueArn'] }));
    sns.destroy();
  });
  afterAll(async () => {
    sqs.destroy();
    await opened.close();
  });

  /** Finishes a run, and gives what its subscribers are sent and what is measured of it. */
  const finish = async (
    parts: Parameters<typeof makeFinishedRun>[2],
    output: object = {},
    counts: Counts = {},
  ) => {
    const run = await makeFinishedRun(opened, output, parts, { counts });
    const metrics: [string, number][] = [];
    const watch = {
      ...openWatch({ stack: 'Tested' }),
      metric: (name: string, value: number) => metrics.push([name, value]),
    };
    const call = { ...opened, watch, receives: 1, remainingMs: () => 900_000 };
    await opened.stores.meter.during(run, () => makeFinish()(call, { task: 'finish', run }));
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: mailbox, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    expect(Messages).toHaveLength(1);
    const { Subject, Message } = JSON.parse(Messages[0]?.Body ?? '{}') as Record<string, string>;
    return { run, subject: Subject, lines: Message?.split('\n') ?? [], metrics };
  };

  it('says what it came to, what it cost and where its files are', async () => {
    const { run, subject, lines, metrics } = await finish([{ items: items(5) }], { formats: ['csv'] });
    expect(subject).toBe(`${run} finished`);
    expect(lines.filter((line) => /^ {2}file /.test(line))).toEqual([
      `  file    ${objectKeys.items(run)} (5)`,
      `  file    ${objectKeys.report(run, 'items.csv.gz')} (5)`,
    ]);
    const cost = Number(/^ {2}cost {4}\$(\d+\.\d{4})$/m.exec(lines.join('\n'))?.[1]);
    const { cost: inManifest } = await readManifest(opened.stores.s3, opened.environment.bucket, run);
    expect(cost).toBeCloseTo(inManifest.totalUsd, 4);
    expect(inManifest.totalUsd).toBeGreaterThan(0);
    expect(lines.at(-1)).not.toContain('docs/errors.md');
    expect(metrics).toEqual([
      ['RunsFinished', 1],
      ['RunFailureShare', 0],
    ]);
  });

  it('says how much has changed, and by which command all of it is shown', async () => {
    const counts = { 'change:items:new': 2, 'change:items:changed': 1, 'change:items:gone': 3 };
    const { run, lines } = await finish([{ items: items(3) }], {}, counts);
    expect(lines).toContain('          items: 2 new, 1 changed, 0 unchanged, 3 gone');
    expect(lines).toContain(
      `  diff    npx spinneret diff ${run} --aws --stack ${opened.environment.settings.stack}`,
    );
    const manifest = await readManifest(opened.stores.s3, opened.environment.bucket, run);
    expect(manifest).toMatchObject({
      changes: { items: { new: 2 } },
      diff: `npx spinneret diff ${run} --aws --stack ${opened.environment.settings.stack}`,
    });
  });

  it.each([
    [2, 8, ''],
    [3, 7, ', 30 % of its pages failed'],
  ])('says of %i failed and %i stored pages in its subject: %j', async (failed, stored, remark) => {
    const { run, subject, lines, metrics } = await finish([
      { items: items(stored), pages: failures(failed) },
    ]);
    expect(subject).toBe(`${run} finished${remark}`);
    expect(lines.slice(-2)).toEqual(['', 'What each code means: docs/errors.md']);
    expect(metrics).toContainEqual(['RunFailureShare', failed / 10]);
  });

  it('has a share of the whole where the only page has failed', async () => {
    const { metrics } = await finish([{ pages: failures(1) }]);
    expect(metrics).toContainEqual(['RunFailureShare', 1]);
  });

  it('has no share of failed pages where there are no pages', async () => {
    const { run, subject, metrics } = await finish([]);
    expect(subject).toBe(`${run} finished`);
    expect(metrics).toEqual([['RunsFinished', 1]]);
  });
});
