import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Batch, Run } from '../../shared/model.ts';
import { isRunOver } from '../../shared/observe/run-view.ts';
import { readMessage } from '../../shared/stores/aws/batch-message.ts';
import { callInBatches } from '../../shared/stores/aws/sqs-batch-call.ts';
import { formatCount, formatNoun } from '../../shared/text/format.ts';
import { findRun, findRunOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { makeTicker } from '../progress/ticker.ts';
import { exitCodes } from '../report-error.ts';
import type { AwsOptions } from './aws-options.ts';
import { sendAgainCommand } from './missing-text.ts';
import { type AwsProject, onAws } from './on-aws.ts';

/** What was done with the messages of the final dead-letter queue. */
interface Redriven {
  moved: number;
  /** Messages of other runs than the one named; they stay. */
  others: number;
  /** Messages that hold no readable batch; they stay. */
  unreadable: number;
}

/** No function reads this queue, but two users may call `redrive` at the same time. */
const visibilitySeconds = 120;
/** A long poll queries all servers of the queue, so that an empty answer means an empty queue (SQS, "Long polling"). */
const waitSeconds = 1;

/**
 * Sends the batches that even the dead-letter function gave up back to the work queue, of one run or of all.
 * Receives, sends and deletes by itself, rather than by StartMessageMoveTask: a task moves the messages of all
 * runs, unreadable ones too, and does not report what it moved. Each batch is sent before it is deleted; one sent
 * twice is done once.
 */
export async function redrive(
  output: Output,
  options: AwsOptions & { last?: boolean },
  name: string | undefined,
): Promise<number> {
  return onAws('redrive', options, async (aws) => {
    const isOne = name !== undefined || options.last === true;
    const run = isOne ? (await findRunOrLast(aws.store.ledger, name, options.last)).id : undefined;
    const from = await findLastQueue(aws);
    const found = await moveBack(aws, from, run);
    output.data({ ...(run === undefined ? {} : { run }), ...found });
    for (const line of redrivenLines(found)) output.line(line);
    if (found.moved > 0) output.line(`next: npx spinneret status ${aws.flags} --watch`);
    else for (const line of openRunLines(await findOpenRuns(aws, run), aws.flags)) output.line(line);
    return exitCodes.done;
  });
}

/** The number of newest runs that are checked, as many as `status` lists. */
const maxLookedAt = 25;

/** Active runs, which may have lost a batch that never became a dead letter. */
async function findOpenRuns({ store: { ledger } }: AwsProject, only: string | undefined): Promise<Run[]> {
  const runs = only === undefined ? await ledger.listRuns(maxLookedAt) : [await findRun(ledger, only)];
  const open = await Promise.all(
    runs
      .filter(({ state }) => state === 'running' || state === 'cancelled')
      .map(async (run) => (isRunOver(run, await ledger.readCounts(run.id)) ? [] : [run])),
  );
  return open.flat();
}

/** Runs that may have lost a batch which never became a dead letter, each with what sends its messages again. */
export function openRunLines(runs: Pick<Run, 'id' | 'state'>[], flags: string): string[] {
  if (runs.length === 0) return [];
  return [
    `${formatNoun(runs.length, 'run has', 'runs have')} open batches; if one does not go on, their messages are lost, and this sends them again:`,
    ...runs.map((run) => `  ${sendAgainCommand(run, flags)}`),
  ];
}

/** The dead-letter queue of the dead-letter queue, which no function reads. */
async function findLastQueue({ store: { sqs }, stack }: AwsProject): Promise<string> {
  let url = stack.queueUrl;
  for (;;) {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy'] }),
    );
    const policy: { deadLetterTargetArn?: string } = JSON.parse(Attributes['RedrivePolicy'] ?? '{}');
    const QueueName = policy.deadLetterTargetArn?.split(':').at(-1);
    if (QueueName === undefined) return url;
    url = (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? url;
  }
}

async function moveBack({ store }: AwsProject, from: string, run: string | undefined): Promise<Redriven> {
  const found: Redriven = { moved: 0, others: 0, unreadable: 0 };
  const kept = new Map<string, Message>();
  using ticker = makeTicker(() => `${formatNoun(found.moved, 'batch', 'batches')} sent back so far`);
  for (;;) {
    const messages = (await receive(store, from)).filter(({ MessageId = '' }) => !kept.has(MessageId));
    if (messages.length === 0) break;
    const parsed = messages.map((message) => ({ message, batch: readMessage(message.Body ?? '') }));
    const isOurs = ({ batch }: { batch: Batch | undefined }) =>
      batch !== undefined && (run === undefined || batch.run === run);
    const ours = parsed.filter(isOurs);
    await store.queue.send(ours.flatMap(({ batch }) => (batch === undefined ? [] : [{ batch }])));
    await remove(
      store,
      from,
      ours.map(({ message }) => message),
    );
    for (const entry of parsed.filter((candidate) => !isOurs(candidate))) {
      kept.set(entry.message.MessageId ?? '', entry.message);
      found[entry.batch === undefined ? 'unreadable' : 'others'] += 1;
    }
    found.moved += ours.length;
    ticker.tick();
  }
  await releaseMessages(store, from, [...kept.values()]);
  return found;
}

async function receive({ sqs }: AwsProject['store'], from: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: from,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: waitSeconds,
      VisibilityTimeout: visibilitySeconds,
    }),
  );
  return Messages;
}

async function remove({ sqs }: AwsProject['store'], from: string, messages: Message[]): Promise<void> {
  await callInBatches(messages.map(entryOf), {
    send: async (Entries) =>
      (await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: from, Entries }))).Failed,
    onFault: ignoreExpired,
  });
}

/** Makes the messages that stay visible at once, for the next reader. */
async function releaseMessages(
  { sqs }: AwsProject['store'],
  from: string,
  messages: Message[],
): Promise<void> {
  const entries = messages.map((message, index) => ({ ...entryOf(message, index), VisibilityTimeout: 0 }));
  await callInBatches(entries, {
    send: async (Entries) =>
      (await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: from, Entries }))).Failed,
    onFault: ignoreExpired,
  });
}

/** An expired receipt handle means that the message is with another reader, or deleted. */
function ignoreExpired(): void {}

function entryOf(
  { ReceiptHandle }: Message,
  index: number,
): { Id: string; ReceiptHandle: string | undefined } {
  return { Id: String(index), ReceiptHandle };
}

/** What was moved, and what stays where it is. */
export function redrivenLines({ moved, others, unreadable }: Redriven): string[] {
  const lines = [`${formatNoun(moved, 'batch', 'batches')} sent back to the work queue`];
  if (others > 0) lines.push(`${formatCount(others)} of other runs stay`);
  if (unreadable > 0)
    lines.push(`${formatCount(unreadable)} that hold no batch stay: look at them in the SQS console`);
  return lines;
}
