import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { readDepth, type SqsDepth } from '../../shared/stores/aws/queue-depth.ts';
import type { AwsProject } from './on-aws.ts';

/** What works and waits on a stack, for all of its runs. */
export interface Fleet {
  /** Worker functions at work. */
  workers: number;
  /** `metric`: by CloudWatch, a minute or two ago. `queue`: at least this many, by the messages in flight now. */
  workersBy: 'metric' | 'queue';
  /** Batches. */
  queue: SqsDepth;
}

/** As many messages as one invocation takes. */
const batchesPerWorker = 10;

/** CloudWatch counts by the minute and takes a while to tell. */
const metricWindowMs = 180_000;
/** A metric costs $0.01 per 1,000 readings, and is no newer for being read more often. */
const metricEveryMs = 15_000;

/** Returns a reader of the fleet; read as often as you like, it asks CloudWatch now and then. */
export function makeFleetReader({ store, stack, config }: AwsProject): () => Promise<Fleet> {
  const cloudwatch = new CloudWatchClient(config);
  let readAt = Number.NEGATIVE_INFINITY;
  let concurrency: number | undefined;
  const readMetric = async () => {
    if (performance.now() - readAt < metricEveryMs) return concurrency;
    readAt = performance.now();
    concurrency = await latestConcurrency(cloudwatch, stack.workerFunction);
    return concurrency;
  };
  return async () => {
    const [queue, metric] = await Promise.all([readDepth(store.sqs, stack.queueUrl), readMetric()]);
    return { ...countWorkers(queue.inFlight, metric), queue };
  };
}

/** A worker at work has messages in flight, so without any there is none, whatever the metric remembers. */
export function countWorkers(
  inFlight: number,
  metric: number | undefined,
): Pick<Fleet, 'workers' | 'workersBy'> {
  if (inFlight > 0 && metric !== undefined && metric > 0) return { workers: metric, workersBy: 'metric' };
  return { workers: Math.ceil(inFlight / batchesPerWorker), workersBy: 'queue' };
}

async function latestConcurrency(
  client: CloudWatchClient,
  functionName: string,
): Promise<number | undefined> {
  const now = Date.now();
  const command = new GetMetricDataCommand({
    StartTime: new Date(now - metricWindowMs),
    EndTime: new Date(now),
    ScanBy: 'TimestampDescending',
    MetricDataQueries: [
      {
        Id: 'workers',
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Lambda',
            MetricName: 'ConcurrentExecutions',
            Dimensions: [{ Name: 'FunctionName', Value: functionName }],
          },
          Period: 60,
          Stat: 'Maximum',
        },
      },
    ],
  });
  const { MetricDataResults = [] } = await client.send(command);
  return MetricDataResults[0]?.Values?.[0];
}
