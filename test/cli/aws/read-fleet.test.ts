import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../../../cli/aws/connect.ts';
import { countWorkers, makeFleetReader } from '../../../cli/aws/read-fleet.ts';
import { describeWith } from '../../aws/describe-with.ts';
import { openFaultProxy } from '../../aws/fault-proxy.ts';
import { envOf } from './deployed-stack.ts';

it.each([
  ['none, whatever the metric remembers, without a message in flight', 0, 7, { workers: 0 }],
  ['what the metric says where messages are in flight', 3, 7, { workers: 7 }],
  ['unknown where the metric has none', 3, 0, {}],
  ['unknown without a metric', 3, undefined, {}],
  ['one where the metric says so', 1, 1, { workers: 1 }],
])('countWorkers is %s', (_, inFlight, metric, expected) => {
  expect(countWorkers(inFlight, metric)).toEqual(expected);
});

await describeWith('ministack', 'makeFleetReader', (connection) => {
  const putWorkers = async (worker: string, Value: number) => {
    const cloudwatch = new CloudWatchClient(connection);
    const Dimensions = [{ Name: 'FunctionName', Value: worker }];
    const MetricData = [{ MetricName: 'ConcurrentExecutions', Dimensions, Value, Timestamp: new Date() }];
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: 'AWS/Lambda', MetricData }));
    cloudwatch.destroy();
  };

  it('reads the queue each time, and CloudWatch’s metric every fifteen seconds', async () => {
    const proxy = await openFaultProxy();
    proxy.forwardTo(connection.endpoint);
    let queue = 0;
    let metric = 0;
    proxy.intercept(({ headers, operation }) => {
      if (operation.startsWith('AmazonSQS.')) queue += 1;
      else if (/monitoring/.test(String(headers['authorization']))) metric += 1;
      return undefined;
    });
    for (const [name, value] of Object.entries(envOf({ ...connection, endpoint: proxy.endpoint })))
      vi.stubEnv(name, value);
    const sqs = new SQSClient(connection);
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `fleet-${Date.now()}` }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const workerFunction = `w${Date.now()}`;
    const watched = new SQSClient({ ...connection, endpoint: proxy.endpoint });
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      vi.useRealTimers();
      sqs.destroy();
      watched.destroy();
      await proxy.close();
    });
    const { config } = connect({});
    let passed = 1_000_000;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => passed);
    const project = { store: { sqs: watched }, stack: { workerFunction, queueUrl: QueueUrl }, config };
    const read = makeFleetReader(project);
    expect(await read()).toEqual({ workers: 0, queue: { due: 1, inFlight: 0, delayed: 0 } });
    await putWorkers(workerFunction, 7);
    await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 600 }));
    // The metric is not read again so soon.
    expect(await read()).toEqual({ queue: { due: 0, inFlight: 1, delayed: 0 } });
    expect([queue, metric]).toEqual([2, 1]);
    passed += 15_000;
    const fleet = { workers: 7, workersSeen: 7, queue: { due: 0, inFlight: 1, delayed: 0 } };
    expect(await read()).toEqual(fleet);
    expect(await read()).toEqual(fleet);
    clock.mockRestore();
    expect([queue, metric]).toEqual([4, 2]);
  });
});
