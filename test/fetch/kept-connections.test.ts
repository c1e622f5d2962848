import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { localFetcher, serveConnections, serveHttp, serveHttp2 } from './local-servers.ts';

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/**
 * Answers the first request of every connection. What it does with each later one is `again`'s; by default it closes
 * the connection without a word, like a server that closed it just before.
 */
async function serveOnce(again: (socket: Socket) => void = (socket) => void socket.end()) {
  const paths: string[] = [];
  let opened = 0;
  const origin = await serveConnections((socket) => {
    opened += 1;
    let requests = 0;
    socket.on('data', (chunk) => {
      paths.push(/^\w+ (\S+)/.exec(chunk.toString('latin1'))?.[1] ?? '');
      requests += 1;
      if (requests === 1) socket.write(answer);
      else again(socket);
    });
  });
  return { origin, paths, opened: () => opened };
}

const inTurn = { startBy: Number.MAX_SAFE_INTEGER };

describe('a kept connection', () => {
  it('that the server closed is no failure of the next request: it takes another turn', async () => {
    const { origin, paths, opened } = await serveOnce();
    const fetcher = localFetcher();
    await fetcher.fetchInTurn({ url: `${origin}/a` }, inTurn);
    expect(await fetcher.fetchInTurn({ url: `${origin}/b` }, inTurn)).toBe('late');
    expect(await fetcher.fetchInTurn({ url: `${origin}/b` }, inTurn)).toMatchObject({ status: 200 });
    expect(paths).toEqual(['/a', '/b', '/b']);
    expect(opened()).toBe(2);
  });

  it('that the server reset is none either, and without turns the request is sent again at once', async () => {
    const { origin, paths } = await serveOnce((socket) => void socket.resetAndDestroy());
    const fetcher = localFetcher();
    for (const path of ['/a', '/b']) await fetcher.fetch({ url: origin + path });
    expect(paths).toEqual(['/a', '/b', '/b']);
  });

  it('takes the others of its host with it', async () => {
    const { origin, opened } = await serveOnce();
    const fetcher = localFetcher();
    await Promise.all(['/a', '/b', '/c'].map((path) => fetcher.fetch({ url: origin + path })));
    expect(opened()).toBe(3);
    await fetcher.fetch({ url: `${origin}/d` });
    expect(opened()).toBe(4);
  });

  it('loses a request that must not be sent twice', async () => {
    const { origin, paths } = await serveOnce();
    const fetcher = localFetcher();
    await fetcher.fetch({ url: `${origin}/a` });
    const post = fetcher.fetch({ url: `${origin}/b`, method: 'POST', body: 'x' });
    await expect(post).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(paths).toEqual(['/a', '/b']);
  });

  it('is what this is about: a new one that is closed without an answer has lost its request', async () => {
    let requests = 0;
    const origin = await serveConnections((socket) => {
      socket.on('data', () => {
        requests += 1;
        socket.end();
      });
    });
    await expect(localFetcher().fetch({ url: origin })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(requests).toBe(1);
  });

  it('loses a request whose answer is cut', async () => {
    const cut = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok';
    const { origin, paths } = await serveOnce((socket) => void socket.end(cut));
    const fetcher = localFetcher();
    await fetcher.fetch({ url: `${origin}/a` });
    await expect(fetcher.fetch({ url: `${origin}/b` })).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(paths).toEqual(['/a', '/b']);
  });

  it('loses a request that is not answered in time', async () => {
    const { origin, paths } = await serveOnce(() => {});
    const fetcher = localFetcher({ headersTimeoutMs: 3_000 });
    await fetcher.fetch({ url: `${origin}/a` });
    await expect(fetcher.fetch({ url: `${origin}/b` })).rejects.toMatchObject({ code: 'HEADERS_TIMEOUT' });
    expect(paths).toEqual(['/a', '/b']);
  });

  it('of HTTP/2 loses a request whose stream is reset, and not one whose connection is closed', async () => {
    const paths: string[] = [];
    const sessions = new Set<unknown>();
    const origin = await serveHttp2((stream, path) => {
      paths.push(path);
      const session = stream.session as ServerHttp2Session;
      const isUsed = sessions.has(session);
      sessions.add(session);
      if (isUsed && path === '/reset') return stream.close(2);
      if (isUsed && path === '/close') return session.socket.destroy();
      stream.respond();
      stream.end('ok');
    });
    const fetcher = localFetcher();
    await fetcher.fetch({ url: `${origin}/a` });
    const reset = fetcher.fetch({ url: `${origin}/reset` });
    await expect(reset).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await fetcher.fetch({ url: `${origin}/close` })).toMatchObject({ status: 200 });
    expect(paths).toEqual(['/a', '/reset', '/close', '/close']);
  });

  it.each([
    ['connection: close', { connection: 'close' }, 5],
    ['a second to live', { 'keep-alive': 'timeout=1' }, 5],
    ['a minute to live', { 'keep-alive': 'timeout=60' }, 1],
  ])('is kept as its server says (%s)', async (_, headers, expected) => {
    const ports = new Set<IncomingMessage['socket']['remotePort']>();
    const origin = await serveHttp((request, response) => {
      ports.add(request.socket.remotePort);
      response.writeHead(200, headers).end('ok');
    });
    const fetcher = localFetcher();
    for (let page = 0; page < 5; page += 1) await fetcher.fetch({ url: `${origin}/${page}` });
    expect(ports.size).toBe(expected);
  });

  it('is not used again where the server closes after each answer', async () => {
    let opened = 0;
    const origin = await serveConnections((socket) => {
      opened += 1;
      socket.on('data', () => void socket.end(answer));
    });
    const fetcher = localFetcher();
    const fetchOn = async () => {
      for (let page = 0; page < 5; page += 1) await fetcher.fetch({ url: `${origin}/${page}` });
    };
    await Promise.all([fetchOn(), fetchOn()]);
    expect(opened).toBe(10);
  });
});
