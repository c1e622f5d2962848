import { createServer, type Server } from 'node:http';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, describe as group, it, onTestFinished } from 'vitest';
import { makeFetcher } from '../../shared/fetch/client.ts';
import { certificate, privateKey } from '../fetch/local-certificate.ts';
import { enterWorld } from './setting.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

async function listen(server: Server, host: string, port = 0): Promise<number> {
  await new Promise<void>((done, fail) => server.once('error', fail).listen(port, host, done));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function hasIpv6(): Promise<boolean> {
  const server = createTcpServer();
  return new Promise((done) => {
    server.once('error', () => done(false));
    server.listen(0, '::1', () => server.close(() => done(true)));
  });
}

/** Machines without IPv6 skip these. */
const describe = group.skipIf(!(await hasIpv6()));

/** A name with these addresses, in this order. */
const addresses =
  (...all: string[]): LookupFunction =>
  (_host, options, callback) => {
    const found = all.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const [first = { address: '', family: 4 }] = found;
    return options.all ? callback(null, found) : callback(null, first.address, first.family);
  };

function openFetcher(lookup?: LookupFunction, network: 'public' | 'allowPrivate' = 'allowPrivate') {
  const fetcher = makeFetcher({
    ...{ connectTimeoutMs: 5_000, headersTimeoutMs: 5_000, bodyTimeoutMs: 5_000, timeoutMs: 10_000 },
    ...{ maxBodyBytes: 1_000, network, userAgent: 'test', headersFor: () => ({}), ca: certificate },
    ...(lookup === undefined ? {} : { lookup }),
  });
  onTestFinished(() => fetcher.close());
  return fetcher;
}

describe('a host of IPv6', () => {
  it('is crawled by its address, robots.txt, scope and paging included', async () => {
    const log: string[] = [];
    const server = createServer((request, response) => {
      log.push(`${request.headers.host} ${request.url}`);
      const pages: Record<string, string> = {
        '/robots.txt': 'User-agent: *\nDisallow: /no',
        '/': '<h1>Home</h1><a href="/a">a</a><a href="/no">no</a><a href="http://[::2]/x">elsewhere</a>',
        '/a': '<h1>A</h1><a href="http://[0:0:0:0:0:0:0:1]:PORT/b">b</a>',
        '/b': '<h1>B</h1>',
      };
      const { port } = server.address() as AddressInfo;
      const type = request.url === '/robots.txt' ? 'text/plain' : 'text/html';
      response.setHeader('content-type', type).end(pages[request.url ?? '']?.replace('PORT', `${port}`));
    });
    const origin = `http://[::1]:${await listen(server, '::1')}`;
    const world = enterWorld();
    const rules = { default: { follow: ['a'], fields: { title: 'h1' } } };
    await world.start('r', makeJob({ sources: [{ crawl: { start: `${origin}/` } }], pages: rules }));
    await driveRun(world, 'r', world.newProcess('p'));
    const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
    expect(items.map(({ fields, url }) => `${fields['title']} ${url}`).sort()).toEqual([
      `A ${origin}/a`,
      `B ${origin}/b`,
      `Home ${origin}/`,
    ]);
    expect(new Set(log)).toEqual(
      new Set(['/robots.txt', '/', '/a', '/b'].map((path) => `[::1]:${new URL(origin).port} ${path}`)),
    );
    expect(await world.ledger.readCounts('r')).toMatchObject({ 'refused:robots': 1, 'refused:scope': 1 });
  });

  it.each<[string, string[]]>([
    ['the only address of a name', ['::1']],
    ['the second, where nobody answers at the first', ['127.66.0.1', '::1']],
    ['the first of two', ['::1', '127.66.0.1']],
  ])('is reached as %s', async (_, all) => {
    const port = await listen(
      createServer((_request, response) => void response.end('six')),
      '::1',
    );
    const { body } = await openFetcher(addresses(...all)).fetch({ url: `http://name.test:${port}/` });
    expect(Buffer.from(body).toString()).toBe('six');
  });

  it('gives way to IPv4, where nobody answers at its address', async () => {
    const port = await listen(
      createServer((_request, response) => void response.end('four')),
      '127.66.0.1',
    );
    const { body } = await openFetcher(addresses('::1', '127.66.0.1')).fetch({
      url: `http://name.test:${port}/`,
    });
    expect(Buffer.from(body).toString()).toBe('four');
  });

  it('gets a body that is posted, with HTTP/2', async () => {
    const server = createSecureServer({ cert: certificate, key: privateKey }, async (request, response) => {
      response.end(`${request.httpVersion} ${request.method} ${request.authority} ${await text(request)}`);
    });
    server.on('sessionError', () => undefined);
    const port = await listen(server as unknown as Server, '::1');
    const fetcher = openFetcher(addresses('::1'));
    const request = { url: `https://localhost:${port}/`, method: 'POST' as const, body: 'a=b' };
    expect(Buffer.from((await fetcher.fetch(request)).body).toString()).toBe(
      `2.0 POST localhost:${port} a=b`,
    );
  });

  it.each([
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[64:ff9b::7f00:1]/',
  ])('is guarded like one of IPv4: %s', async (url) => {
    await expect(openFetcher(undefined, 'public').fetch({ url })).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
    });
  });
});

group('a request with a body', () => {
  it.each([
    ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n'],
    ['both', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('reads the answer behind %s', async (_, before) => {
    const bodies: string[] = [];
    const server = createTcpServer((socket) => {
      socket.on('data', (data) => {
        bodies.push(String(data).split('\r\n\r\n')[1] ?? '');
        socket.write(before);
        setImmediate(() => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
      });
      socket.on('error', () => undefined);
    });
    const port = await listen(server as Server, '127.0.0.1');
    const request = { url: `http://127.0.0.1:${port}/`, method: 'POST' as const, body: 'a=b' };
    expect((await openFetcher().fetch(request)).status).toBe(200);
    expect(bodies[0]).toBe('a=b');
  });
});
