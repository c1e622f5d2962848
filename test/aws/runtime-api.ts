import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a function answered, or the error it ended with. */
export type InvocationEnd = { response: unknown } | { error: unknown };

/**
 * The part of Lambda that one function process talks to ("Using the Lambda runtime API", AWS). It hands
 * out one invocation at a time, as Lambda does.
 */
export interface RuntimeApi {
  /** `AWS_LAMBDA_RUNTIME_API`. */
  address: string;
  /** Resolves when the process has answered; rejects when it could not start, or when `fail` is called. */
  invoke(event: object, remainingMs: number, trace?: string): Promise<InvocationEnd>;
  /** The process is gone: whatever it had under way ends so. */
  fail(reason: Error): void;
  close(): Promise<void>;
}

interface Invocation {
  id: string;
  event: object;
  remainingMs: number;
  trace: string;
  end: PromiseWithResolvers<InvocationEnd>;
}

const version = '/2018-06-01/runtime';
const noTrace = 'Root=1-00000000-000000000000000000000000;Sampled=0';
const answerPath = new RegExp(`^${version}/invocation/([^/]+)/(response|error)$`);

export async function openRuntimeApi(): Promise<RuntimeApi> {
  const waiting: Invocation[] = [];
  const underWay = new Map<string, Invocation>();
  let poll: ServerResponse | undefined;
  let failure: Error | undefined;
  let count = 0;

  const handOut = () => {
    if (poll === undefined) return;
    const invocation = waiting.shift();
    if (invocation === undefined) return;
    underWay.set(invocation.id, invocation);
    writeInvocation(poll, invocation);
    poll = undefined;
  };
  const fail = (reason: Error) => {
    failure ??= reason;
    for (const { end } of [...underWay.values(), ...waiting.splice(0)]) end.reject(reason);
    underWay.clear();
  };

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (request.method === 'GET' && path === `${version}/invocation/next`) {
      poll = response;
      handOut();
      return;
    }
    const body = await text(request);
    response.writeHead(202).end('{"status":"OK"}');
    if (path === `${version}/init/error`) return fail(new Error(`init error: ${body}`));
    const [, id = '', kind] = answerPath.exec(path) ?? [];
    const answer: unknown = JSON.parse(body);
    underWay.get(id)?.end.resolve(kind === 'error' ? { error: answer } : { response: answer });
    underWay.delete(id);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    // A TCP server that listens has such an address.
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke(event, remainingMs, trace = noTrace) {
      if (failure !== undefined) return Promise.reject(failure);
      count += 1;
      const end = Promise.withResolvers<InvocationEnd>();
      waiting.push({ id: `request-${count}`, event, remainingMs, trace, end });
      handOut();
      return end.promise;
    },
    fail,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function writeInvocation(response: ServerResponse, { id, event, remainingMs, trace }: Invocation): void {
  response
    .writeHead(200, {
      'content-type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': id,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + remainingMs),
      'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:000000000000:function:tested',
      'Lambda-Runtime-Trace-Id': trace,
    })
    .end(JSON.stringify(event));
}
