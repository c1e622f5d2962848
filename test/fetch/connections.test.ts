import type { LookupFunction, Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  makeConnectionBudget,
  maxOpenConnections,
} from '../../shared/fetch/connections/connection-budget.ts';
import { localFetcher, serveConnections } from './local-servers.ts';

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** Answers every request, and knows its connections. */
async function serve() {
  const open = new Set<Socket>();
  let opened = 0;
  const origin = await serveConnections((socket) => {
    opened += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('data', () => socket.write(answer));
  });
  return { origin, open, opened: () => opened };
}

const toLoopback: LookupFunction = (_host, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

describe('makeConnections', () => {
  it('uses the connection whose answer has just ended', async () => {
    const { origin, opened } = await serve();
    const fetcher = localFetcher();
    for (let index = 0; index < 20; index += 1) await fetcher.fetch({ url: `${origin}/${index}` });
    expect(opened()).toBe(1);
  });

  it('opens as many as there are requests under way, and no more', async () => {
    const { origin, opened } = await serve();
    const fetcher = localFetcher();
    const fetchOn = async () => {
      for (let index = 0; index < 20; index += 1) await fetcher.fetch({ url: `${origin}/${index}` });
    };
    await Promise.all([fetchOn(), fetchOn(), fetchOn()]);
    expect(opened()).toBe(3);
  });

  it('opens no more than a host may have', async () => {
    const { origin, opened } = await serve();
    const fetcher = localFetcher({ connectionsPerHost: 2 });
    const pages = Array.from({ length: 6 }, (_, page) => fetcher.fetch({ url: `${origin}/${page}` }));
    await Promise.all(pages);
    expect(opened()).toBe(2);
  });

  it('closes those of the hosts that were used least lately, when there are many', async () => {
    const { origin, open, opened } = await serve();
    const { port } = new URL(origin);
    const fetcher = localFetcher({ lookup: toLoopback, budget: makeConnectionBudget(20) });
    const of = (host: number) => fetcher.fetch({ url: `http://h${host}.test:${port}/` });
    for (let host = 0; host < 30; host += 1) await of(host);
    await expect.poll(() => open.size).toBe(20);
    expect(opened()).toBe(30);
    await of(29);
    expect(opened()).toBe(30);
    await of(0);
    expect(opened()).toBe(31);
  });

  it('keeps those of hosts from which it expects nothing in small numbers', async () => {
    const { origin, open, opened } = await serve();
    const { port } = new URL(origin);
    const fetcher = localFetcher({ lookup: toLoopback, budget: makeConnectionBudget(20, 3) });
    const of = (host: number) => fetcher.fetch({ url: `http://h${host}.test:${port}/` });
    const expectFrom = (host: number) => fetcher.expect?.(`h${host}.test:${port}`);
    // Of two batches of one host, the second goes on expecting something.
    const ends = [0, 1, 2, 3, 4, 0].map(expectFrom);
    for (let host = 0; host < 5; host += 1) await of(host);
    expect(open.size).toBe(5);
    for (let host = 5; host < 10; host += 1) await of(host);
    await expect.poll(() => open.size).toBe(8);
    // What it has kept because of that is closed when nothing is expected any more, or is kept in place of another.
    for (const end of ends.slice(0, 5)) end?.();
    await expect.poll(() => open.size).toBe(4);
    for (const host of [0, 2, 3, 4]) await of(host);
    expect(opened()).toBe(10);
    ends[5]?.();
    await expect.poll(() => open.size).toBe(3);
    for (const host of [0, 3, 4]) await of(host);
    expect(opened()).toBe(10);
  });

  it('closes what is expected as well, once nothing else is idle, when there are many', async () => {
    const { origin, open } = await serve();
    const { port } = new URL(origin);
    const fetcher = localFetcher({ lookup: toLoopback, budget: makeConnectionBudget(4, 3) });
    for (let host = 0; host < 6; host += 1) fetcher.expect?.(`h${host}.test:${port}`);
    for (let host = 0; host < 8; host += 1) await fetcher.fetch({ url: `http://h${host}.test:${port}/` });
    await expect.poll(() => open.size).toBe(4);
  });

  it('closes those of other fetchers that share its budget, and counts none that are closed', async () => {
    const { origin, open, opened } = await serve();
    const { port } = new URL(origin);
    const budget = makeConnectionBudget(10);
    const [first, second] = [0, 1].map(() => localFetcher({ lookup: toLoopback, budget }));
    const of = (fetcher: typeof first, host: number) =>
      fetcher?.fetch({ url: `http://h${host}.test:${port}/` });
    for (let host = 0; host < 10; host += 1) await of(first, host);
    for (let host = 10; host < 16; host += 1) await of(second, host);
    await expect.poll(() => open.size).toBe(10);
    expect(opened()).toBe(16);
    await first?.close();
    await expect.poll(() => open.size).toBe(6);
    for (let host = 16; host < 20; host += 1) await of(second, host);
    expect(open.size).toBe(10);
  });

  it('counts none that a closed fetcher was opening', async () => {
    const { origin, open } = await serve();
    const { port } = new URL(origin);
    const budget = makeConnectionBudget(2);
    const first = localFetcher({ lookup: () => {}, budget });
    const hanging = first.fetch({ url: 'http://never.test/' });
    await first.close();
    await expect(hanging).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    const second = localFetcher({ lookup: toLoopback, budget });
    for (const host of ['a.test', 'b.test']) await second.fetch({ url: `http://${host}:${port}/` });
    expect(open.size).toBe(2);
  });

  it('tells the caller alone of an abort while a connection is waited for', async () => {
    const { origin } = await serve();
    const fetcher = localFetcher();
    await fetcher.fetch({ url: origin });
    const heard: unknown[] = [];
    const hear = (error: unknown) => heard.push(error);
    process.on('unhandledRejection', hear);
    onTestFinished(() => void process.off('unhandledRejection', hear));
    const aborted = fetcher.fetch({ url: origin }, { signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(heard).toEqual([]);
  });

  it('leaves no answer waiting once it is closed', async () => {
    const { origin } = await serve();
    const fetcher = localFetcher();
    await fetcher.fetch({ url: origin });
    await fetcher.close();
    const refused = expect.objectContaining({ code: 'CONNECTION_LOST' });
    await expect(fetcher.fetch({ url: origin })).rejects.toEqual(refused);
    await expect(fetcher.fetch({ url: 'http://127.0.0.2:9/' })).rejects.toEqual(refused);
  });
});

describe('maxOpenConnections', () => {
  it.each([
    ['Max open files            1024                 4096                 files', 512],
    ['Max open files            unlimited            unlimited            files', 1_500],
    ['Max open files            1048576              1048576              files', 1_500],
    ['', 512],
  ])('is half of the files that may be open, and no more than memory allows (%s)', (limits, expected) => {
    expect(maxOpenConnections(`Limit  Soft Limit  Hard Limit  Units\n${limits}\n`)).toBe(expected);
  });
});
