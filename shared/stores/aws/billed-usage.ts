import type { Usage } from '../../cost/cost.ts';

/** One call of a client, by the SDK's names: `DynamoDBClient`, `PutItemCommand`. */
export interface BilledCall {
  client: string;
  command: string;
  input: object;
}

/** Requests of SQS are billed by 64 KiB of payload (SQS pricing page). */
const sqsChunkBytes = 65_536;

const writeCommands = /^(Put|Update|Delete|BatchWrite|TransactWrite)Item/;
const readCommands = /^(Get|BatchGet|TransactGet)Item|^(Query|Scan)Command/;

/** S3 bills these as PUT, COPY, POST or LIST; DELETE is free; the rest as GET. */
const s3PutCommands = /^(Put|Copy|List|Create|Upload|Complete)/;
const s3FreeCommands = /^(Delete|Abort)/;

/** The input that makes DynamoDB report what the command consumed. */
export function askForCapacity(client: string, command: string, input: object): object {
  const reportsCapacity = writeCommands.test(command) || readCommands.test(command);
  return client === 'DynamoDBClient' && reportsCapacity
    ? { ...input, ReturnConsumedCapacity: 'TOTAL' }
    : input;
}

export function usageOfAnswer(call: BilledCall, output: object): Usage {
  if (call.client === 'DynamoDBClient') {
    const consumed = (output as { ConsumedCapacity?: Capacity | Capacity[] }).ConsumedCapacity ?? [];
    return unitsOf(call, total([consumed].flat()));
  }
  if (call.client === 'SQSClient') return { sqsRequests: sqsRequestsOf(call.input, output) };
  if (call.client === 'KMSClient') return { kmsRequests: 1 };
  if (call.client === 'S3Client') return { ...s3RequestOf(call), ...s3BytesOf(call) };
  return {};
}

/**
 * A refused write is billed like one that succeeds (DynamoDB developer guide, "Read and write operations"), but
 * its error does not say how much: the records are small, so 1 unit, or 2 each in a transaction. Calls that were
 * throttled or never answered are not billed.
 */
export function usageOfError(call: BilledCall, error: unknown): Usage {
  if (!(error instanceof Error) || !('$metadata' in error)) return {};
  if (call.client === 'DynamoDBClient') {
    if (error.name === 'ConditionalCheckFailedException') return unitsOf(call, 1);
    const isCancelled = error.name === 'TransactionCanceledException';
    return isCancelled ? unitsOf(call, 2 * transactItemsOf(call.input)) : {};
  }
  if (call.client === 'SQSClient') return { sqsRequests: sqsRequestsOf(call.input, {}) };
  if (call.client === 'KMSClient') return { kmsRequests: 1 };
  return call.client === 'S3Client' ? s3RequestOf(call) : {};
}

interface Capacity {
  CapacityUnits?: number;
}

function total(consumed: Capacity[]): number {
  return consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

function unitsOf({ command }: BilledCall, units: number): Usage {
  return writeCommands.test(command) ? { writeUnits: units } : { readUnits: units };
}

function transactItemsOf(input: object): number {
  return (input as { TransactItems?: unknown[] }).TransactItems?.length ?? 0;
}

interface SqsPayload {
  MessageBody?: string;
  Entries?: { MessageBody?: string }[];
  Messages?: { Body?: string }[];
}

function sqsRequestsOf(input: object, output: object): number {
  const { MessageBody = '', Entries = [] } = input as SqsPayload;
  const { Messages = [] } = output as SqsPayload;
  const bodies = [
    MessageBody,
    ...Entries.map((entry) => entry.MessageBody ?? ''),
    ...Messages.map((message) => message.Body ?? ''),
  ];
  const payloadBytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  return Math.max(1, Math.ceil(payloadBytes / sqsChunkBytes));
}

function s3RequestOf({ command }: BilledCall): Usage {
  if (s3FreeCommands.test(command)) return {};
  return s3PutCommands.test(command) ? { s3Puts: 1 } : { s3Gets: 1 };
}

/** Of what is uploaded, which alone has a body. Only for one in memory: the length of a stream is unknown. */
function s3BytesOf({ input }: BilledCall): Usage {
  const { Body } = input as { Body?: unknown };
  if (typeof Body !== 'string' && !(Body instanceof Uint8Array)) return {};
  return { s3Bytes: Buffer.byteLength(Body) };
}
