import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Connection, openConnection } from './connection.ts';
import { countFaults, type Fate } from './faults.ts';
import { openProxy } from './proxy.ts';
import { type Call, readLines, throttled, writeLine } from './wire.ts';

type Verdict = ReturnType<Fate['of']>;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A store that answers every call with how many it has heard, behind a proxy that does `verdict` to the first. */
async function setUp(verdict: Verdict) {
  const heard: Call[] = [];
  const signals: string[] = [];
  const server = createServer((socket) =>
    readLines<Call>(socket, (call) => writeLine(socket, { id: call.id, value: heard.push(call), at: 0 })),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const verdicts = [verdict];
  const fate: Fate = { of: () => verdicts.shift(), arm() {}, strikes: () => false, pauseMs: (from) => from };
  const { port: storePort } = server.address() as { port: number };
  const proxy = await openProxy({
    storePort: () => storePort,
    fate,
    counts: countFaults(),
    signal: (_pid, signal) => signals.push(signal),
  });
  const connection = openConnection(() => proxy.port);
  closers.push(connection.close, proxy.close, () => server.close());
  return { heard, signals, proxy, call: () => commit(connection) };
}

function commit(connection: Connection) {
  const caller = { owner: 'w', pid: 1, role: 'worker' as const };
  return connection.call({ method: 'ledger.commit', args: [{ run: 'r', batch: 'b' }], clock: 0, caller });
}

describe('openProxy', () => {
  it('lets a call pass', async () => {
    const { call } = await setUp(undefined);
    expect(await call()).toMatchObject({ value: 1 });
  });

  it('refuses a throttled call before the store hears it', async () => {
    const { call, heard } = await setUp('throttled');
    expect(await call()).toMatchObject({ error: throttled });
    expect(heard).toHaveLength(0);
  });

  it('loses an answer to what the store has done', async () => {
    const { call, heard } = await setUp('lostAnswer');
    await expect(call()).rejects.toThrow('the connection broke');
    expect(heard).toHaveLength(1);
  });

  it('loses a request', async () => {
    const { call, heard } = await setUp('lostRequest');
    await expect(call()).rejects.toThrow('the connection broke');
    expect(heard).toHaveLength(0);
  });

  it('makes the store hear a call twice, at once or later', async () => {
    const { call, heard } = await setUp('heardTwice');
    expect(await call()).toMatchObject({ value: 2 });
    expect(heard).toHaveLength(2);
  });

  it.each(['before', 'after'] as const)('kills the caller %s its call is heard', async (phase) => {
    const { call, heard, signals } = await setUp({ blow: { method: '', nth: 1, phase } });
    await expect(call()).rejects.toThrow('the connection broke');
    expect(signals).toEqual(['SIGKILL']);
    expect(heard).toHaveLength(phase === 'after' ? 1 : 0);
  });

  it('is out for everybody until it is back', async () => {
    const { call, proxy } = await setUp(undefined);
    proxy.goOut(60_000);
    await expect(call()).rejects.toThrow();
  });
});
