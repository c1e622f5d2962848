import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A call of an AWS client, as it passes by. */
export interface AwsCall {
  /** `DynamoDB_20120810.TransactWriteItems`, `AmazonSQS.SendMessageBatch`, or of S3 the method, such as `PUT`. */
  operation: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** An answer in place of the service's. */
export interface Fault {
  status: number;
  headers?: Record<string, string>;
  body: string;
  /** Whether the service does what was asked of it all the same, and only its answer is lost. @default false */
  isDone?: boolean;
}

/** Stands between AWS clients and an endpoint; answers some calls with errors, as AWS words them. */
export interface FaultProxy {
  endpoint: string;
  forwardTo(endpoint: string): void;
  /** Asked about every call; `undefined` lets it pass, `twice` makes the service hear it twice. */
  intercept(decide: Decide): void;
  /** Called for every call that was passed on, with the service's answer, before the client has it. */
  observe(see: See): void;
  close(): Promise<void>;
}

type Decide = (call: AwsCall) => Fault | 'twice' | undefined;
type See = (call: AwsCall, answer: Buffer) => void;

export async function openFaultProxy(): Promise<FaultProxy> {
  let target = '';
  let decide: Decide = () => undefined;
  let see: See = () => undefined;
  const server = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    const { headers, method = '', url: path = '/' } = incoming;
    const operation = String(headers['x-amz-target'] ?? method);
    const call = { operation, path, headers, body };
    const fault = decide(call);
    try {
      if (fault === 'twice') await forward(target, incoming, body);
      if (fault === undefined || fault === 'twice') {
        await forward(target, incoming, body, response, (answer) => see(call, answer));
      } else {
        if (fault.isDone === true) await forward(target, incoming, body);
        response.writeHead(fault.status, fault.headers).end(fault.body);
      }
    } catch {
      // The endpoint is gone, or the client.
      response.destroy();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A TCP server that listens has such an address.
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forwardTo(endpoint) {
      target = endpoint;
    },
    intercept(next) {
      decide = next;
    },
    observe(next) {
      see = next;
    },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Passes a call on, and its answer back if there is somebody to hear it. */
async function forward(
  target: string,
  { method = '', url = '/', headers }: IncomingMessage,
  body: Buffer,
  response?: ServerResponse,
  onAnswer: (answer: Buffer) => void = () => undefined,
): Promise<void> {
  const outgoing = send(new URL(url, target), { method, headers });
  outgoing.end(body);
  const [answer]: [IncomingMessage] = (await once(outgoing, 'response')) as [IncomingMessage];
  const content = await buffer(answer);
  onAnswer(content);
  response?.writeHead(answer.statusCode ?? 502, answer.headers).end(content);
}

/** DynamoDB's own words ("Error handling with DynamoDB", AWS). */
export const dynamoFaults = {
  throttled: dynamoFault(
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded.',
  ),
  /** The condition of a write does not hold; of the item there is nothing. */
  refused: dynamoFault('ConditionalCheckFailedException', 'The conditional request failed'),
  /** Which no client tries again. */
  denied: dynamoFault('AccessDeniedException', 'not authorized to perform this'),
  internal: { status: 500, body: '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}' },
  /** For a transaction of so many items, of which the last collided. */
  conflict: (items: number): Fault => {
    const reasons = Array.from({ length: items }, (_, index) =>
      index === items - 1
        ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
        : { Code: 'None' },
    );
    const codes = reasons.map(({ Code }) => Code).join(', ');
    const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
    return dynamoFault('TransactionCanceledException', message, { CancellationReasons: reasons });
  },
};

function dynamoFault(name: string, message: string, more: object = {}): Fault {
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...more }),
  };
}

/** S3's own words ("Error responses", AWS). */
export const s3Faults = {
  slowDown: s3Fault(503, 'SlowDown', 'Please reduce your request rate.'),
  raced: s3Fault(409, 'ConditionalRequestConflict', 'The conditional request cannot succeed at this time.'),
};

function s3Fault(status: number, code: string, message: string): Fault {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
