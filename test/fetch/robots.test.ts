import { describe, expect, it } from 'vitest';
import { fetchRobots, interpretRobotsStatus } from '../../shared/fetch/robots.ts';
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
    expect(await fetchRobots(localFetcher(), origin, now)).toEqual({ fetchedAt: now, state, body: '' });
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
