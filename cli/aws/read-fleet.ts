import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { readDepths, type SqsDepth } from '../../shared/stores/aws/queue-depth.ts';
import { batchQueuesOf } from './find-stack.ts';
import type { AwsProject } from './on-aws.ts';

/** The workers and queued batches of a stack, over all of its runs. */
export interface Fleet {
  /**
   * Worker functions at work, as CloudWatch saw them a minute or two ago; 0 when nothing is received. None when
   * CloudWatch has seen nobody: what is received then may be a worker's that has just begun, or one's that died.
   */
  workers?: number;
  /** What CloudWatch saw, whatever is received now; none when it has no figure of the last two minutes. */
  workersSeen?: number;
  /** Batches. */
  queue: SqsDepth;
}

/** CloudWatch aggregates by the minute and lags. Workers seen before this window may have ended since. */
const metricWindowMs = 120_000;
/** A metric costs $0.01 per 1,000 readings, and is no newer for being read more often. */
const metricEveryMs = 15_000;

interface FleetOfStack extends Pick<AwsProject, 'config'> {
  store: Pick<AwsProject['store'], 'sqs'>;
  stack: Pick<AwsProject['stack'], 'workerFunction' | 'browserFunction' | 'queueUrl' | 'browserQueueUrl'>;
}

/** Returns a reader of the fleet, which may be called often: it queries CloudWatch only every `metricEveryMs`. */
export function makeFleetReader({ store, stack, config }: FleetOfStack): () => Promise<Fleet> {
  const cloudwatch = new CloudWatchClient(config);
  let readAt = Number.NEGATIVE_INFINITY;
  let concurrency: number | undefined;
  const readMetric = async () => {
    if (performance.now() - readAt < metricEveryMs) return concurrency;
    readAt = performance.now();
    concurrency = await latestConcurrency(cloudwatch, workersOf(stack));
    return concurrency;
  };
  return async () => {
    const [queue, metric] = await Promise.all([readDepths(store.sqs, batchQueuesOf(stack)), readMetric()]);
    const seen = metric === undefined ? {} : { workersSeen: metric };
    return { ...countWorkers(queue.inFlight, metric), ...seen, queue };
  };
}

/**
 * A busy worker has messages in flight, so without any there is none, whatever the metric still reports. The converse does
 * not hold: messages of a worker that died, and those that Lambda has throttled, are in flight too.
 */
export function countWorkers(inFlight: number, metric: number | undefined): Pick<Fleet, 'workers'> {
  if (inFlight === 0) return { workers: 0 };
  return metric === undefined || metric === 0 ? {} : { workers: metric };
}

/** The functions that work on batches. */
function workersOf({ workerFunction, browserFunction }: FleetOfStack['stack']): string[] {
  return browserFunction === undefined ? [workerFunction] : [workerFunction, browserFunction];
}

async function latestConcurrency(
  client: CloudWatchClient,
  functionNames: string[],
): Promise<number | undefined> {
  const now = Date.now();
  const command = new GetMetricDataCommand({
    StartTime: new Date(now - metricWindowMs),
    EndTime: new Date(now),
    ScanBy: 'TimestampDescending',
    MetricDataQueries: functionNames.map((Value, index) => ({
      Id: `workers${index}`,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Lambda',
          MetricName: 'ConcurrentExecutions',
          Dimensions: [{ Name: 'FunctionName', Value }],
        },
        Period: 60,
        Stat: 'Maximum',
      },
    })),
  });
  const { MetricDataResults = [] } = await client.send(command);
  const latest = MetricDataResults.flatMap(({ Values = [] }) => Values.slice(0, 1));
  return latest.length === 0 ? undefined : latest.reduce((sum, count) => sum + count, 0);
}
