import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { handler } from '../../functions/finish.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import { handOnSeconds, runTaskVersion, writeTask } from '../../shared/deployment/messages.ts';
import { recordWith } from '../aws/bare-account.ts';
import { describeWith } from '../aws/describe-with.ts';
import { readMetrics } from '../aws/emf.ts';
import { openFaultProxy } from '../aws/fault-proxy.ts';
import {
  type FinishAccount,
  makeFinishedRun,
  openFinishAccount,
  readManifest,
  someParts,
} from './finish-run.ts';

await describeWith('ministack', 'the finish function', (connection) => {
  let opened: FinishAccount;
  let sqs: SQSClient;
  beforeAll(async () => {
    opened = await openFinishAccount(connection);
    process.env[functionEnv.topicArn] = opened.environment.topicArn ?? '';
    sqs = new SQSClient(connection);
  });
  afterAll(async () => {
    delete process.env[functionEnv.topicArn];
    sqs.destroy();
    await opened.close();
  });

  const invoke = (body: string, remainingMs = 900_000, receives = 1) => {
    const record = recordWith(body, receives);
    return handler({ Records: [record] }, { getRemainingTimeInMillis: () => remainingMs }).then((answer) => ({
      ...answer,
      isMine: answer.batchItemFailures[0]?.itemIdentifier === record.messageId,
    }));
  };
  const queued = async (): Promise<Message[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: opened.environment.finishQueueUrl, MaxNumberOfMessages: 10 }),
    );
    return Messages;
  };

  it('goes on by messages of its own when a call has no time left', async () => {
    const run = await makeFinishedRun(opened, { formats: ['csv'] }, someParts(6, 4));
    let calls = 0;
    // Of what a first deployment sent.
    for (let bodies = [JSON.stringify({ run })]; bodies.length > 0; ) {
      calls += 1;
      // An emulator does not know the receipt of a record that it has not delivered.
      const [body = ''] = bodies;
      expect((await invoke(body, 1)).batchItemFailures).toEqual([]);
      bodies = (await queued()).map(({ Body = '' }) => Body);
    }
    expect(calls).toBeGreaterThan(2);
    const { s3 } = opened.stores;
    const { files } = await readManifest(s3, opened.environment.bucket, run);
    expect(files.map(({ format }) => format)).toEqual(['jsonl', 'jsonl', 'jsonl', 'csv']);
  });

  it('hands on what a newer version has written, for later', async () => {
    const newer = JSON.stringify({ v: runTaskVersion + 1, task: 'polish', run: 'r' });
    expect((await invoke(newer)).batchItemFailures).toEqual([]);
    // A quarter of an hour later.
    expect(await queued()).toEqual([]);
  });

  it('gives back what is no task, and what fails', async () => {
    const stderr = vi.spyOn(process.stderr, 'write');
    onTestFinished(() => stderr.mockRestore());
    expect(await invoke('{}')).toMatchObject({ isMine: true });
    expect(stderr.mock.calls.join('')).toMatch(/the message \S+ is no task of a run/);
    const table = process.env[functionEnv.table];
    process.env[functionEnv.table] = 'no-such-table';
    expect(await invoke(writeTask({ task: 'finish', run: 'r' }))).toMatchObject({ isMine: true });
    process.env[functionEnv.table] = table;
  });

  /** What an event asks of the queue, in its order: seconds. */
  const secondsOf = async (
    ...args: Parameters<typeof invoke>
  ): Promise<[what: string, seconds: number][]> => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const proxy = await openFaultProxy();
    proxy.forwardTo(connection.endpoint);
    const asked: [string, number][] = [];
    proxy.intercept(({ operation, body }) => {
      const [service, what = ''] = operation.split('.');
      if (service !== 'AmazonSQS') return undefined;
      const { VisibilityTimeout, DelaySeconds } = JSON.parse(String(body));
      asked.push([what, VisibilityTimeout ?? DelaySeconds]);
      return undefined;
    });
    process.env['AWS_ENDPOINT_URL'] = proxy.endpoint;
    try {
      await invoke(...args);
    } finally {
      process.env['AWS_ENDPOINT_URL'] = connection.endpoint;
      await proxy.close();
      stderr.mockRestore();
    }
    return asked;
  };

  it('keeps its message from others until shortly after it must have ended', async () => {
    const run = await makeFinishedRun(opened, { formats: ['jsonl'] }, someParts(1, 1));
    const task = writeTask({ task: 'finish', run });
    expect(await secondsOf(task, 600_500)).toEqual([['ChangeMessageVisibility', 616]]);
  });

  it('sends what is left of a task at once', async () => {
    const run = await makeFinishedRun(opened, { formats: ['jsonl'] }, someParts(6, 4));
    expect(await secondsOf(writeTask({ task: 'finish', run }), 1)).toEqual([
      ['ChangeMessageVisibility', 16],
      ['SendMessage', 0],
    ]);
    expect(await queued()).toHaveLength(1);
  });

  it('hands on what a newer version has written, and keeps it from nobody meanwhile', async () => {
    const newer = JSON.stringify({ v: runTaskVersion + 1, task: 'polish', run: 'r' });
    expect(await secondsOf(newer)).toEqual([['SendMessage', handOnSeconds]]);
  });

  it('publishes what it has measured', async () => {
    const run = await makeFinishedRun(opened, { formats: ['jsonl'] }, someParts(1, 1));
    const stdout = vi.spyOn(process.stdout, 'write');
    onTestFinished(() => stdout.mockRestore());
    await invoke(writeTask({ task: 'finish', run }));
    const metrics = readMetrics(stdout.mock.calls.map(([chunk]) => String(chunk)).join(''));
    expect(metrics.find(({ name }) => name === 'RunsFinished')?.values).toEqual([1]);
  });

  it('hands on a run that a newer version started, for later', async () => {
    const run = await makeFinishedRun(opened, { formats: ['jsonl'] }, someParts(1, 1), { version: 1_000 });
    expect(await secondsOf(writeTask({ task: 'finish', run }))).toEqual([
      ['ChangeMessageVisibility', 915],
      ['SendMessage', handOnSeconds],
    ]);
  });

  it.each([
    [1, 60],
    [2, 120],
    [4, 480],
    [5, 900],
  ])('tries what failed %i times again after %i seconds', async (receives, seconds) => {
    expect(await secondsOf('{}', 900_000, receives)).toEqual([['ChangeMessageVisibility', seconds]]);
  });
});
