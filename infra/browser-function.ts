import { Duration, Size } from 'aws-cdk-lib';
import { Architecture, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { browserEventSize, browserTmpMib } from '../shared/deployment/function-limits.ts';
import { browserTimeoutMs } from '../shared/deployment/worker-times.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import type { MakeFunction } from './function-props.ts';
import type { Queues } from './queues.ts';

/** The function that reads pages in a browser, and what calls it. */
interface BrowserFunction {
  made: NodejsFunction;
  queue: Queue;
  source: SqsEventSourceProps;
}

/** `undefined` where the settings ask for none: such a stack has nothing more, and costs nothing more. */
export function makeBrowser(
  make: MakeFunction,
  { browser: queue }: Pick<Queues, 'browser'>,
  { browser, workerTimeoutMs }: Settings['aws'],
): BrowserFunction | undefined {
  if (browser === undefined || queue === undefined) return undefined;
  const { memoryMb, maxConcurrency } = browser;
  const made = make('browser', 'functions/browser', {
    description: 'Reads pages in a browser. Called with messages of the browser queue.',
    opensJobs: true,
    hasBrowser: true,
    recursiveLoop: RecursiveLoop.ALLOW,
    // The package with Chromium is built for it alone.
    architecture: Architecture.X86_64,
    timeout: Duration.millis(browserTimeoutMs(workerTimeoutMs)),
    memorySize: memoryMb,
    ephemeralStorageSize: Size.mebibytes(browserTmpMib),
  });
  return { made, queue, source: { batchSize: browserEventSize, maxConcurrency } };
}
