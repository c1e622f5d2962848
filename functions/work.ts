import { hostname } from 'node:os';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Renderer } from '../shared/browser/types.ts';
import { largeParts, pagesAtOnce, workerRequests } from '../shared/deployment/function-limits.ts';
import type { FunctionSettings } from '../shared/deployment/function-settings.ts';
import { writeTask } from '../shared/deployment/messages.ts';
import { browserTimeoutMs, maxFetchMs, reportMs } from '../shared/deployment/worker-times.ts';
import type { Engine } from '../shared/engine/engine.ts';
import { engineLimits } from '../shared/engine/limits-in-function.ts';
import { workOnEvent } from '../shared/engine/loop/work-on-event.ts';
import { makeContexts } from '../shared/engine/run-context.ts';
import { makeLimiter } from '../shared/fetch/limiter.ts';
import { tallied } from '../shared/observe/tally.ts';
import { metered } from '../shared/stores/aws/meter.ts';
import { deliveryOf, makeEventQueue, makeSqsQueue } from '../shared/stores/aws/sqs-queue.ts';
import { connectStores, type Environment, readEnvironment, type Stores } from './environment.ts';
import { handlerThreadOptions } from './handler-threads.ts';
import { awsEnvironment, type PagesInBrowser } from './job-environment.ts';
import { type OwnTime, startOwnTime } from './own-time.ts';
import { openStackKeys } from './stack-keys.ts';
import { openWatch, type Received, type Watch } from './watch.ts';

/** A message is redelivered this long after its function was ended. */
const maxReappearMs = 15_000;
/** The maximum that Lambda allows for the start of a process. */
const maxInitMs = 10_000;
/** The number of runs whose compiled jobs a process keeps. */
const keptContexts = 16;

/** Gives what reads pages in a browser, so many at once. */
export type OpenBrowser = (maxPages: number) => Renderer;

type Process = Stores & {
  environment: Environment;
  contexts: ReturnType<typeof makeContexts>;
  engine: Pick<
    Engine,
    'contextOf' | 'owner' | 'now' | 'stopping' | 'onOver' | 'requests' | 'limits' | 'hasBrowser'
  >;
  watch: Watch;
  /** Ends the browsers that no page is read in. */
  closeBrowser(): Promise<void>;
};

export interface WorkHandlerOptions {
  /** The messages come from the dead-letter queue; its batches are split or sent back, not visited. */
  isLastResort?: true;
  /** The messages come from the queue of pages that are read in a browser, which this gives. @default there is none */
  openBrowser?: OpenBrowser;
}

/**
 * Works on the batches of an event and returns those to be redelivered. Never rejects: one bad record must not
 * return its neighbours.
 */
export function makeWorkHandler(options: WorkHandlerOptions = {}) {
  let process: Process | undefined;
  return async (
    event: SQSEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    // Resolved on the first event: tests and tools load this file without the environment of a function.
    const startedAt = process === undefined ? initStartedAt() : Date.now();
    process ??= openProcess(options.openBrowser);
    const { meter, environment } = process;
    const time = startOwnTime(meter, { ...environment, isX86: hasBrowser(options) }, startedAt);
    return work(process, event.Records, {
      ...options,
      time,
      endsAt: process.now() + context.getRemainingTimeInMillis(),
    });
  };
}

/** Lambda may have started the process long before, at its own expense. */
function initStartedAt(): number {
  return Math.max(performance.timeOrigin, Date.now() - maxInitMs);
}

function hasBrowser({ openBrowser }: WorkHandlerOptions): boolean {
  return openBrowser !== undefined;
}

function openProcess(openBrowser: OpenBrowser | undefined): Process {
  const environment = readEnvironment();
  const { bucket, finishQueueUrl } = environment;
  const settings = openBrowser === undefined ? environment.settings : settingsWithBrowser(environment);
  const stores = connectStores(environment);
  const { s3, sqs, ledger } = stores;
  const { stack, workerTimeoutMs, workerMemoryMb, keepDays } = settings;
  const keys = openStackKeys(environment, stores, { mayMake: openBrowser === undefined });
  const pages = pagesInBrowser(environment, openBrowser);
  const environmentOf = awsEnvironment({
    ...{ s3, bucket, stack, keys, keepDays, now: stores.now },
    room: makeLimiter(largeParts(workerMemoryMb)),
    maxFetchMs: maxFetchMs(workerTimeoutMs),
    pagesInBrowser: pages,
  });
  const threads = handlerThreadOptions(workerMemoryMb);
  const contexts = makeContexts(ledger, environmentOf, stores.now, threads);
  return {
    ...stores,
    environment,
    contexts,
    watch: openWatch(settings),
    closeBrowser: async () => (pages.are === 'here' ? pages.renderer.close() : undefined),
    engine: {
      contextOf: contexts.contextOf,
      owner: `${globalThis.process.env['AWS_LAMBDA_LOG_STREAM_NAME'] ?? hostname()} ${globalThis.process.pid}`,
      now: stores.now,
      stopping: new AbortController().signal,
      async onOver(run) {
        await sqs.send(
          new SendMessageCommand({
            QueueUrl: finishQueueUrl,
            MessageBody: writeTask({ task: 'finish', run }),
          }),
        );
      },
      requests: makeLimiter(workerRequests),
      limits: engineLimits(settings),
      hasBrowser: openBrowser !== undefined,
    },
  };
}

/**
 * The time of a function with a browser is its own; beside the browser it has the memory of a worker. Telemetry whose receiver asks for a
 * secret gets nothing of it, since it reads none.
 */
function settingsWithBrowser({ settings: { telemetry, ...settings } }: Environment): FunctionSettings {
  return {
    ...settings,
    workerTimeoutMs: browserTimeoutMs(settings.workerTimeoutMs),
    ...(telemetry === undefined || telemetry.headersSecret !== undefined ? {} : { telemetry }),
  };
}

function pagesInBrowser(
  { memoryMb, browserQueueUrl }: Environment,
  openBrowser: OpenBrowser | undefined,
): PagesInBrowser {
  if (openBrowser !== undefined) return { are: 'here', renderer: openBrowser(pagesAtOnce(memoryMb)) };
  return { are: browserQueueUrl === undefined ? 'nowhere' : 'elsewhere' };
}

async function work(
  process: Process,
  records: SQSRecord[],
  { isLastResort, openBrowser, time, endsAt }: WorkHandlerOptions & { time: OwnTime; endsAt: number },
): Promise<SQSBatchResponse> {
  const { sqs, environment, meter, watch, contexts, now } = process;
  const { queueUrl, browserQueueUrl } = environment;
  const visibilityMs = Math.max(1_000, endsAt - now() + maxReappearMs);
  const ownQueueUrl = openBrowser === undefined ? queueUrl : browserQueueUrl;
  const urls = { queueUrl, browserQueueUrl, ownQueueUrl };
  const queue = makeEventQueue(makeSqsQueue({ client: sqs, ...urls, visibilityMs, now }), records);
  const received = records.flatMap((record): Received[] => {
    const delivery = deliveryOf(record);
    return delivery === undefined
      ? watch.unreadable(record)
      : [{ delivery, sentAt: Number(record.attributes.SentTimestamp) }];
  });
  const deliveries = received.map(({ delivery }) => delivery);
  if (isLastResort !== true) {
    // If this process dies, its messages would otherwise be redelivered only after the queue's own, long timeout.
    await queue.extend(deliveries).catch((error: unknown) => watch.fault(error));
  }
  const { ledger: counted, outcomes, tally } = tallied(process);
  // The tally is inside of the meter, so that it counts what the meter adds to a commit.
  const ledger = time.during(metered(counted, meter));
  const engine: Engine = {
    ...process.engine,
    ...(isLastResort === true ? { isLastResort } : {}),
    ledger,
    outcomes,
    queue,
    endsAt: endsAt - reportMs,
  };
  await workOnEvent(engine, deliveries, {
    inNameOf: (run, body) => meter.during(run, body),
    onFault: (error, delivery) => watch.fault(error, delivery),
    onDropped: ({ batch }) =>
      watch.info('a batch of a forgotten run was dropped', { run: batch.run, batch: batch.id }),
  });
  // A browser that waits would be stopped with the function, and may not be itself when that goes on, minutes later.
  await process.closeBrowser().catch((error: unknown) => watch.fault(error));
  await contexts.keepLast(keptContexts).catch((error: unknown) => watch.fault(error));
  time.end(deliveries.at(-1)?.batch.run);
  await watch.report(tally, received);
  return { batchItemFailures: queue.failures() };
}
