import { describe, expect, it } from 'vitest';
import {
  fetchRobots,
  interpretRobotsStatus,
  unreachableError,
  unreachableUntil,
} from '../../shared/fetch/robots/robots.ts';
import { localFetcher, serveBytes, serveHttp } from './local-servers.ts';

const now = 1_000;
const body = 'User-agent: *\nDisallow: /a\n';

describe('interpretRobotsStatus', () => {
  it.each([
    ['found', [200, 204, 206]],
    ['absent', [300, 304, 400, 401, 403, 404, 410, 451]],
    ['unreachable', [429, 500, 501, 502, 503, 504, 505, 599]],
  ])('%s: %j', (state, statuses) => {
    for (const status of statuses) expect(interpretRobotsStatus(status)).toBe(state);
  });
});

describe('unreachableError', () => {
  const record = { fetchedAt: now, state: 'unreachable' as const, body: '' };

  it.each([
    ['HTTP_503: a.example answered 503', 'ROBOTS_UNREACHABLE', 'RetryError'],
    ['HEADERS_TIMEOUT: a.example: slow', 'ROBOTS_UNREACHABLE', 'RetryError'],
    ['RESPONSE_INVALID: a.example: not HTTP', 'ROBOTS_UNREACHABLE', 'RetryError'],
    ['DNS_FAILED: a.example: getaddrinfo ENOTFOUND', 'DNS_FAILED', 'RetryError'],
    ['CONNECT_FAILED: a.example: connect ECONNREFUSED', 'CONNECT_FAILED', 'RetryError'],
    ['CONNECT_TIMEOUT: a.example: slow', 'CONNECT_TIMEOUT', 'RetryError'],
    ['TLS_FAILED: a.example: expired', 'TLS_FAILED', 'DropError'],
    ['ADDRESS_REFUSED: a.example is 10.0.0.1', 'ADDRESS_REFUSED', 'DropError'],
  ])('of %j is %s', (cause, code, name) => {
    const error = unreachableError('http://a.example', { ...record, cause });
    expect(error).toMatchObject({
      code,
      name,
      message: expect.stringContaining(cause.split(': ').at(-1) ?? ''),
    });
  });

  it('is ROBOTS_UNREACHABLE of a record without a cause', () => {
    expect(unreachableError('http://a.example', record)).toMatchObject({ code: 'ROBOTS_UNREACHABLE' });
  });

  it.each([
    ['five seconds', undefined, 5_000],
    ['as long as the host says', 20_000, 20_000],
    ['five seconds at least', 100, 5_000],
    ['a minute at most', 3_600_000, 60_000],
  ])('waits %s', (_, askedMs, waitedMs) => {
    const againAt = askedMs === undefined ? {} : { againAt: now + askedMs };
    expect(unreachableUntil({ ...record, ...againAt })).toBe(now + waitedMs);
  });
});

describe('fetchRobots', () => {
  it('keeps what it finds', async () => {
    const seen: unknown[] = [];
    const origin = await serveHttp((request, response) => {
      seen.push(request.url);
      response.end(body);
    });
    expect(await fetchRobots(localFetcher(), origin, now)).toEqual({ fetchedAt: now, state: 'found', body });
    expect(seen).toEqual(['/robots.txt']);
  });

  it.each([
    [404, 'absent'],
    [403, 'absent'],
    [429, 'unreachable'],
    [503, 'unreachable'],
    [501, 'unreachable'],
    [302, 'absent'],
  ])('%i without more is %s', async (status, state) => {
    const origin = await serveHttp((_request, response) => response.writeHead(status).end(body));
    const record = await fetchRobots(localFetcher(), origin, now);
    const why = state === 'unreachable' ? { cause: expect.stringContaining(`HTTP_${status}: `) } : {};
    expect(record).toEqual({ fetchedAt: now, state, body: '', ...why });
  });

  it.each([
    [5, 'found'],
    [6, 'absent'],
  ])('after %i redirects, to other hosts too, is %s', async (hops, state) => {
    let left = hops;
    const other = await serveHttp((_request, response) => {
      left -= 1;
      if (left < 0) response.end(body);
      else response.writeHead(301, { location: `/${left}` }).end();
    });
    const origin = await serveHttp((_request, response) => {
      left -= 1;
      response.writeHead(301, { location: `${other}/moved` }).end();
    });
    expect((await fetchRobots(localFetcher(), origin, now)).state).toBe(state);
  });

  it.each([
    ['hangs up', ''],
    ['talks nonsense', 'garbage\r\n\r\n'],
    ['breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *'],
    ['labels the file gzip', 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc'],
  ])('of a server that %s is unreachable', async (_, answer) => {
    const origin = await serveBytes((socket) => socket.end(answer));
    expect((await fetchRobots(localFetcher(), origin, now)).state).toBe('unreachable');
  });

  it('knows when the host wants to be asked again, and why it cannot be asked', async () => {
    const origin = await serveHttp((_request, response) =>
      response.writeHead(503, { 'retry-after': '20' }).end(),
    );
    const fetcher = localFetcher({ now: () => now });
    expect(await fetchRobots(fetcher, origin, now)).toMatchObject({ againAt: now + 20_000 });
    const none = localFetcher({ network: 'public' });
    expect(await fetchRobots(none, origin, now)).toMatchObject({
      state: 'unreachable',
      cause: expect.stringContaining('ADDRESS_REFUSED: '),
    });
  });

  it('keeps 500 KiB of a longer file, whole lines of it', async () => {
    const line = `Disallow: /${'a'.repeat(88)}\n`;
    const origin = await serveHttp((_request, response) => response.end(line.repeat(20_000)));
    const record = await fetchRobots(localFetcher(), origin, now);
    expect(record.state).toBe('found');
    expect(record.body).toBe(line.repeat(5_120));
  });

  it('throws when the caller aborts it, so that nobody takes that for an answer', async () => {
    const controller = new AbortController();
    const origin = await serveBytes(() => controller.abort());
    const fetching = fetchRobots(localFetcher(), origin, now, { signal: controller.signal });
    await expect(fetching).rejects.toMatchObject({ code: 'CONNECTION_LOST', cause: expect.anything() });
  });
});
