import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { startMinistack } from '../../test/aws/emulators.ts';

/** Table, queues and bucket on this machine. */
export interface EmulatedAws extends AsyncDisposable {
  endpoint: string;
  /** Another address of the same, where calls are counted by service and operation. */
  countedEndpoint: string;
  calls: Map<string, number>;
}

export async function openEmulatedAws(): Promise<EmulatedAws> {
  const ministack = await startMinistack();
  if ('skipped' in ministack) throw new Error(`an emulator is needed: ${ministack.skipped}`);
  const { endpoint, stop } = ministack;
  const calls = new Map<string, number>();
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (incoming, response) => {
    const call = callOf(incoming);
    calls.set(call, (calls.get(call) ?? 0) + 1);
    // The client sees a broken connection, and may retry.
    await forward(incoming, response, endpoint, agent).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint,
    // A TCP server that listens has such an address.
    countedEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await stop();
    },
  };
}

/** `DynamoDB UpdateItem`, `AmazonSQS SendMessageBatch`, `S3 PUT`. */
function callOf({ headers, method = '' }: IncomingMessage): string {
  const [service = '', operation] = String(headers['x-amz-target'] ?? '').split('.');
  return operation === undefined ? `S3 ${method}` : `${service.split('_')[0]} ${operation}`;
}

async function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  endpoint: string,
  agent: Agent,
): Promise<void> {
  const { method = '', url = '/', headers } = incoming;
  const outgoing = send(new URL(url, endpoint), { method, headers, agent });
  const answered = once(outgoing, 'response');
  await pipeline(incoming, outgoing);
  const [answer]: [IncomingMessage] = (await answered) as [IncomingMessage];
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}
