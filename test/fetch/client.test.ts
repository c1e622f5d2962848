import type { IncomingMessage } from 'node:http';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { certificate } from './local-certificate.ts';
import { localFetcher, serveBytes, serveHttp, serveHttp2 } from './local-servers.ts';

const text = ({ body }: { body: Uint8Array }) => Buffer.from(body).toString();

describe('makeFetcher', () => {
  it('returns what the server sent', async () => {
    const origin = await serveHttp((_request, response) => {
      response.setHeader('X-Two', ['a', 'b']).setHeader('Content-Type', 'text/plain');
      response.end('hello');
    });
    const result = await localFetcher({ now: () => 42 }).fetch({ url: `${origin}/a?b` });
    expect(result).toMatchObject({
      url: `${origin}/a?b`,
      status: 200,
      startedAt: 42,
      ms: expect.any(Number),
    });
    expect(result.headers).toMatchObject({ 'x-two': 'a, b', 'content-type': 'text/plain' });
    expect(result).not.toHaveProperty('redirect');
    expect(text(result)).toBe('hello');
  });

  it('sends its headers: its own, the job’s over them, the request’s over those, but one user agent', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const origin = await serveHttp((request, response) => {
      seen.push(request.headers);
      response.end();
    });
    const fetcher = localFetcher({
      headersFor: (origin) => ({ 'x-a': origin, 'x-b': '1', 'user-agent': 'Mozilla', accept: '*/*' }),
    });
    await fetcher.fetch({ url: origin, headers: { 'X-B': '2', 'user-agent': 'curl' } });
    expect(seen[0]).toMatchObject({
      'x-a': new URL(origin).origin,
      'x-b': '2',
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br, zstd',
      'user-agent': 'TestBot/1.0',
    });
  });

  it('posts a body', async () => {
    const origin = await serveHttp((request, response) => {
      response.write(request.method ?? '');
      request.pipe(response);
    });
    const result = await localFetcher().fetch({ url: origin, method: 'POST', body: ' {"ü":1}' });
    expect(text(result)).toBe('POST {"ü":1}');
  });

  it.each(['http', 'https'])(
    'writes nothing once a turn is over, and keeps the %s connection',
    async (scheme) => {
      const paths: string[] = [];
      const origin =
        scheme === 'http'
          ? await serveHttp((request, response) => {
              paths.push(`${request.url} ${request.socket.remotePort}`);
              response.end();
            })
          : await serveHttp2((stream, path) => {
              paths.push(`${path} ${stream.session?.socket.remotePort}`);
              stream.respond({ ':status': 200 });
              stream.end();
            });
      let now = 1_000;
      const fetcher = localFetcher({ now: () => now, ca: certificate });
      await fetcher.fetchInTurn({ url: `${origin}/a` }, { startBy: 1_000 });
      now = 1_001;
      expect(await fetcher.fetchInTurn({ url: `${origin}/b` }, { startBy: 1_000 })).toBe('late');
      await fetcher.fetchInTurn({ url: `${origin}/c` }, { startBy: 2_000 });
      expect(paths.map((path) => path.slice(0, 2))).toEqual(['/a', '/c']);
      expect(new Set(paths.map((path) => path.slice(2))).size).toBe(1);
    },
  );

  it('keeps connections', async () => {
    const ports = new Set<number | undefined>();
    const origin = await serveHttp((request, response) => {
      ports.add(request.socket.remotePort);
      // What is not wanted is read to its end for the connection's sake.
      response.writeHead(request.url === '/missing' ? 404 : 302, { location: '/' }).end('x'.repeat(10_000));
    });
    const fetcher = localFetcher({ connectionsPerHost: 1 });
    for (const path of ['/a', '/missing', '/b']) await fetcher.fetch({ url: origin + path }).catch(() => {});
    expect(ports.size).toBe(1);
  });

  it('uses no proxy', async () => {
    const proxied: unknown[] = [];
    const proxy = await serveHttp((request, response) => {
      proxied.push(request.url);
      response.end('proxy');
    });
    const origin = await serveHttp((_request, response) => response.end('origin'));
    const names = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy;
    try {
      expect(text(await localFetcher().fetch({ url: origin }))).toBe('origin');
    } finally {
      names.forEach((name, index) => {
        const value = before[index];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      });
    }
    expect(proxied).toEqual([]);
  });

  it.each([
    ['a text', 'nonsense'],
    ['a relative URL', '/a'],
    ['a file', 'file:///etc/passwd'],
    ['a seed', 'spinneret:seed'],
  ])('refuses %s', async (_, url) => {
    await expect(localFetcher().fetch({ url })).rejects.toMatchObject({
      name: 'DropError',
      code: 'URL_INVALID',
    });
  });

  it.each([
    ['a line break', { 'x-a': '1\r\nx-b: 2' }],
    ['a name that is none', { 'x a': '1' }],
    ['what frames a message', { 'transfer-encoding': 'chunked' }],
    ['an expectation', { expect: '100-continue' }],
    ['a wrong length', { 'content-length': '3' }],
  ])('refuses headers with %s', async (_, headers) => {
    const origin = await serveHttp((_request, response) => response.end());
    const request = { url: origin, method: 'POST', body: 'four', headers } as const;
    await expect(localFetcher().fetch(request)).rejects.toMatchObject({
      name: 'DropError',
      code: 'REQUEST_INVALID',
    });
  });

  it('fails with CONNECTION_LOST once it is closed, and what was under way does too', async () => {
    const fetcher = localFetcher();
    const lost = { name: 'RetryError', code: 'CONNECTION_LOST' };
    const origin = await serveBytes(() => void fetcher.close());
    await expect(fetcher.fetch({ url: origin })).rejects.toMatchObject(lost);
    await expect(fetcher.fetch({ url: origin })).rejects.toMatchObject(lost);
    await fetcher.close();
  });
});

describe('redirects', () => {
  const redirectTo = (location: string | string[] | undefined, status = 302) =>
    serveHttp((_request, response) => {
      if (location !== undefined) response.setHeader('location', location);
      response.writeHead(status).end('moved');
    });

  it.each([301, 302, 303, 307, 308])('%i carries its target and no body', async (status) => {
    const origin = await redirectTo('/b?c#d', status);
    const result = await localFetcher().fetch({ url: `${origin}/a` });
    expect(result).toMatchObject({ status, redirect: `${origin}/b?c` });
    expect(result.body).toHaveLength(0);
  });

  it.each([
    ['relative', 'c', '/a/c'],
    ['only a query', '?c', '/a/b?c'],
    ['beyond ASCII', Buffer.from('/ü').toString('latin1'), '/%C3%BC'],
    ['said twice', ['/c', '/c'], '/c'],
  ])('resolves a target that is %s', async (_, location, path) => {
    const origin = await redirectTo(location);
    const { redirect } = await localFetcher().fetch({ url: `${origin}/a/b` });
    expect(redirect).toBe(origin + path);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['ambiguous', ['/a', '/b']],
    ['not HTTP', 'javascript:alert(1)'],
    ['no URL', 'http://'],
  ])('refuses a target that is %s', async (_, location) => {
    const origin = await redirectTo(location);
    const failure = { name: 'DropError', code: 'REDIRECT_INVALID' };
    await expect(localFetcher().fetch({ url: origin })).rejects.toMatchObject(failure);
  });

  it('does not wait for a body nobody reads', async () => {
    const origin = await serveBytes((socket) => {
      socket.write('HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 99\r\n\r\nabc');
    });
    expect(await localFetcher().fetch({ url: origin })).toMatchObject({ redirect: `${origin}/b` });
  });

  it('does not read on when that body is endless', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const origin = await serveBytes((socket) => {
      socket.once('close', resolve).write('HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n');
      const more = () => socket.write(`2000\r\n${'x'.repeat(0x2000)}\r\n`) && setImmediate(more);
      socket.on('drain', more);
      more();
    });
    await expect(localFetcher().fetch({ url: origin })).rejects.toMatchObject({ code: 'HTTP_500' });
    await closed;
  });
});

describe('statuses', () => {
  const answer = (status: number, headers: Record<string, string> = {}) =>
    serveHttp((_request, response) => void response.writeHead(status, headers).end());

  it.each([200, 201, 203, 204, 218, 304])('%i is an answer', async (status) => {
    const origin = await answer(status);
    const result = await localFetcher().fetch({ url: origin });
    expect(result.status).toBe(status);
    expect(result.body).toHaveLength(0);
  });

  it.each([
    [202, 'HTTP_202'],
    [206, 'RESPONSE_INVALID'],
    [207, 'RESPONSE_INVALID'],
    [300, 'HTTP_300'],
    [305, 'HTTP_305'],
  ])('%i is %s', async (status, code) => {
    await expect(localFetcher().fetch({ url: await answer(status) })).rejects.toMatchObject({ code });
  });

  it.each([400, 401, 403, 404, 410, 451, 501, 505])('%i drops the request', async (status) => {
    const origin = await answer(status, { 'retry-after': '9' });
    const failure = { name: 'DropError', code: `HTTP_${status}` };
    await expect(localFetcher().fetch({ url: origin })).rejects.toMatchObject(failure);
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('%i puts the request off', async (status) => {
    const origin = await answer(status);
    const failure = { name: 'RetryError', code: `HTTP_${status}`, retryAt: undefined };
    await expect(localFetcher().fetch({ url: origin })).rejects.toMatchObject(failure);
  });

  it.each([
    ['seconds', '30', 1_030_000],
    ['a date', 'Thu, 01 Jan 1970 00:20:00 GMT', 1_200_000],
    ['nonsense', 'later', undefined],
  ])('retryAt follows a Retry-After of %s', async (_, value, retryAt) => {
    const origin = await answer(503, { 'retry-after': value });
    const fetcher = localFetcher({ now: () => 1_000_000 });
    await expect(fetcher.fetch({ url: origin })).rejects.toMatchObject({ code: 'HTTP_503', retryAt });
  });
});

describe('bodies', () => {
  const plain = Buffer.from('spinneret '.repeat(1_000));
  const serve = (body: Uint8Array, headers: Record<string, string>) =>
    serveHttp((_request, response) => void response.writeHead(200, headers).end(body));

  it.each([
    ['gzip', zlib.gzipSync(plain)],
    ['br', zlib.brotliCompressSync(plain)],
    ['zstd', zlib.zstdCompressSync(plain)],
    ['deflate', zlib.deflateSync(plain)],
    ['deflate', zlib.deflateRawSync(plain)],
    ['gzip, gzip', zlib.gzipSync(zlib.gzipSync(plain))],
  ])('are decompressed: %s', async (encoding, body) => {
    const origin = await serve(body, { 'content-encoding': encoding });
    expect(text(await localFetcher().fetch({ url: origin }))).toBe(plain.toString());
  });

  it.each([
    ['labelled gzip but plain', 'gzip', plain],
    ['coded too often', 'gzip,gzip,gzip,gzip,gzip,gzip', zlib.gzipSync(plain)],
  ])('are BODY_CORRUPT when %s', async (_, encoding, body) => {
    const origin = await serve(body, { 'content-encoding': encoding });
    const failure = { name: 'DropError', code: 'BODY_CORRUPT' };
    await expect(localFetcher().fetch({ url: origin })).rejects.toMatchObject(failure);
  });

  it('are CONNECTION_LOST when cut short', async () => {
    const origin = await serve(zlib.brotliCompressSync(plain).subarray(0, -3), { 'content-encoding': 'br' });
    const failure = { name: 'RetryError', code: 'CONNECTION_LOST' };
    await expect(localFetcher().fetch({ url: origin })).rejects.toMatchObject(failure);
  });

  it('may be as large as the limit, but no byte larger', async () => {
    const origin = await serve(plain, {});
    const fetcher = localFetcher({ maxBodyBytes: plain.length });
    expect((await fetcher.fetch({ url: origin })).body).toHaveLength(plain.length);
    const failure = { name: 'DropError', code: 'BODY_TOO_LARGE' };
    const call = { maxBodyBytes: plain.length - 1 };
    await expect(fetcher.fetch({ url: origin }, call)).rejects.toMatchObject(failure);
  });

  it('may grow a little by compression', async () => {
    const noise = crypto.getRandomValues(new Uint8Array(20_000));
    const origin = await serve(zlib.gzipSync(noise), { 'content-encoding': 'gzip' });
    const fetcher = localFetcher({ maxBodyBytes: noise.length });
    expect((await fetcher.fetch({ url: origin })).body).toHaveLength(noise.length);
  });

  it('stop when they are a bomb', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(100_000_000));
    const origin = await serve(bomb, { 'content-encoding': 'gzip' });
    await expect(localFetcher().fetch({ url: origin })).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
  });

  it.each([
    ['endless', 'Transfer-Encoding: chunked'],
    ['announced as too large', 'Content-Length: 1000001'],
  ])('stop when they are %s, and free the connection', async (_, header) => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const origin = await serveBytes((socket) => {
      socket.once('close', resolve).write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`);
      if (!header.startsWith('Transfer')) return;
      const more = () => socket.write(`8000\r\n${'x'.repeat(0x8000)}\r\n`) && setImmediate(more);
      socket.on('drain', more);
      more();
    });
    await expect(localFetcher().fetch({ url: origin })).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
    await closed;
  });
});
