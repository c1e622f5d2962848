import { ReceiptHandleIsInvalid } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { BareAccount } from '../bare-account.ts';
import type { LambdaProcess } from '../lambda-process.ts';

/** What the rules do between queue and function; each is one thing that AWS does and emulators leave out. */
export interface Rules {
  /** Calls that Lambda makes of the messages that were received; there may be several, and none. */
  arrange?(records: SQSRecord[]): SQSRecord[][];
  /** The trace header of a call; `'refuse'`: it is not made, and its messages come back, received once more. */
  admit?(records: SQSRecord[], by: FunctionRole): string | undefined | 'refuse';
}

export type FunctionRole = 'worker' | 'deadLetter';

/** The functions of a stack, called by its queues as AWS does: by the rules. */
export interface PlayedFunctions {
  account: BareAccount;
  worker: LambdaProcess;
  deadLetter: LambdaProcess;
  remainingMs: number;
  /** After so many receives a message is a dead letter. */
  maxReceives: number;
  /** And after so many, those before included, nobody reads it any more. */
  maxLetterReceives: number;
  rules: Rules;
}

/** So often a queue is found empty, a second each, before all is taken to be over. */
const emptyLooks = 2;

/**
 * Calls the functions with what the work queue brings until the run is finished, or nothing is left to call them with.
 * A refused message is received again at once, rather than when its visibility ends, and goes to the dead-letter
 * function when it was received too often. Rejects when it was received too often there as well.
 */
export async function playRun(played: PlayedFunctions): Promise<void> {
  const { account, rules } = played;
  for (let empty = 0; empty < emptyLooks; ) {
    const records = await account.receive();
    empty = records.length === 0 ? empty + 1 : 0;
    for (const event of arranged(rules, records)) await deliver(played, event);
    if ((await account.finished()).length > 0) return;
  }
}

function arranged({ arrange }: Rules, records: SQSRecord[]): SQSRecord[][] {
  if (records.length === 0) return [];
  return arrange?.(records) ?? [records];
}

/** The message's first receive, and those that follow as long as it is refused. */
async function deliver(played: PlayedFunctions, records: SQSRecord[]): Promise<void> {
  for (let receives = 1; receives <= played.maxReceives; receives += 1) {
    if (await call(played, 'worker', records.map(receivedAs(receives)))) return;
  }
  for (const letter of records) await deliverLetter(played, letter);
}

/** One by one, as its mapping does. */
async function deliverLetter(played: PlayedFunctions, letter: SQSRecord): Promise<void> {
  const { maxReceives, maxLetterReceives } = played;
  for (let receives = maxReceives + 1; receives <= maxLetterReceives; receives += 1) {
    if (await call(played, 'deadLetter', [receivedAs(receives)(letter)])) return;
  }
  throw new Error(`nobody takes the message ${letter.messageId}: it lies in the last queue`);
}

function receivedAs(receives: number) {
  return (record: SQSRecord): SQSRecord => ({
    ...record,
    attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) },
  });
}

/** False if the call was refused. */
async function call(played: PlayedFunctions, by: FunctionRole, records: SQSRecord[]): Promise<boolean> {
  const { account, remainingMs, rules } = played;
  const trace = rules.admit?.(records, by);
  if (trace === 'refuse') return false;
  const answer = await played[by].invoke({ Records: records }, remainingMs, trace);
  if ('error' in answer) throw new Error(JSON.stringify(answer.error));
  try {
    await account.settle(records, answer.response as SQSBatchResponse);
  } catch (error) {
    // SQS takes no offence at a message that is deleted twice; an emulator does.
    if (!(error instanceof ReceiptHandleIsInvalid)) throw error;
  }
  return true;
}
