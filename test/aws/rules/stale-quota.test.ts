import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConcurrency, shortageOf } from '../../../cli/aws/concurrency.ts';
import { connect } from '../../../cli/aws/connect.ts';

/** What Lambda answers, one after the other: after a raise it goes on telling the old quota for a while. */
const answers = [10, 10, 1_000];

const server = createServer((_request, response) => {
  const ConcurrentExecutions = answers.shift();
  const AccountLimit = { ConcurrentExecutions, UnreservedConcurrentExecutions: ConcurrentExecutions };
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ AccountLimit }));
}).listen(0, '127.0.0.1');

describe('GetAccountSettings that tells an old quota', () => {
  beforeAll(async () => {
    if (!server.listening) await once(server, 'listening');
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.close();
  });

  it('is a warning that says so, and is asked anew by the next command', async () => {
    const { config } = connect({ region: 'us-east-1' });
    const shortages = [];
    for (let call = 0; call < 3; call += 1) {
      shortages.push(shortageOf(await readConcurrency(config), 100, 'us-east-1'));
    }
    expect(shortages.map((shortage) => shortage?.says.includes('allows 10 functions'))).toEqual([
      true,
      true,
      undefined,
    ]);
    expect(shortages[0]?.remedy).toContain('may still tell the old quota');
  });
});
