import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { syncBuiltinESMExports } from 'node:module';
import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import tls, { createServer, type SecureVersion, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certificate, certificateOfSubject, privateKey } from './local-certificate.ts';
import { localFetcher } from './local-servers.ts';

interface TlsSite {
  port: number;
  /** The connections in order: their names (none for an address), protocols, and whether a session was resumed. */
  connections: { name: string; protocol: string; isResumed: boolean }[];
}

interface TlsSiteOptions {
  /** Of connections by this name. @default HTTP/1.1 */
  http2For?: string;
  maxVersion?: SecureVersion;
  /** @default one for localhost and 127.0.0.1 */
  cert?: string;
  /** Servers that have the same can resume each other's sessions. */
  ticketKeys?: Buffer;
  /** Called with the number of earlier connections before their handshake; `refuse` closes it. */
  onTcp?: (earlier: number) => 'refuse' | undefined;
  /** A handshake goes on when it resolves. */
  beforeHandshake?: Promise<void>;
  answer?: RequestListener;
}

/** Serves HTTP/1.1 or HTTP/2 by the name that is asked for. */
async function serveTls(options: TlsSiteOptions = {}): Promise<TlsSite> {
  const { http2For, cert = certificate, maxVersion, ticketKeys, onTcp, beforeHandshake, answer } = options;
  const connections: TlsSite['connections'] = [];
  const listener: RequestListener = answer ?? ((_request, response) => void response.end('ok'));
  const http1 = createHttpServer(listener);
  const http2 = createSecureServer({ cert: certificate, key: privateKey }, listener as never);
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer({
    cert,
    key: privateKey,
    ...(maxVersion !== undefined && { maxVersion }),
    ...(ticketKeys !== undefined && { ticketKeys }),
    SNICallback: async (_name, callback) => {
      await beforeHandshake;
      callback(null);
    },
    ALPNCallback: ({ servername, protocols }) =>
      protocols.find((protocol) => (protocol === 'h2') === (servername === http2For)),
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => {});
    const { servername, alpnProtocol } = socket as TLSSocket & { servername: string | false };
    const protocol = alpnProtocol === 'h2' ? 'h2' : 'http/1.1';
    connections.push({ name: servername || '', protocol, isResumed: socket.isSessionReused() });
    if (protocol === 'h2') http2.emit('secureConnection', socket);
    else http1.emit('connection', socket);
  });
  server.on('tlsClientError', () => {});
  let opened = 0;
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    sockets.add(socket);
    if (onTcp?.(opened++) === 'refuse') socket.resetAndDestroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, connections };
}

/** Counts look-ups; every name is this machine. */
function countLookups() {
  const asked: string[] = [];
  const lookup: LookupFunction = (host, _options, callback) => {
    asked.push(host);
    callback(null, [{ address: '127.0.0.1', family: 4 }]);
  };
  return { asked, lookup };
}

const closing: RequestListener = (_request, response) => {
  response.setHeader('connection', 'close').end('ok');
};

describe('connections of TLS', () => {
  it('are one to a host of HTTP/2, and as many as are in use to one of HTTP/1.1, by name', async () => {
    const { promise: all, resolve } = Promise.withResolvers<void>();
    let waiting = 0;
    const { port, connections } = await serveTls({
      http2For: 'localhost',
      answer: async (_request, response) => {
        waiting += 1;
        if (waiting === 12) resolve();
        await all;
        response.end('ok');
      },
    });
    const { lookup } = countLookups();
    const fetcher = localFetcher({ lookup });
    const six = (host: string) =>
      Array.from({ length: 6 }, (_, page) => fetcher.fetch({ url: `https://${host}:${port}/${page}` }));
    await Promise.all([...six('localhost'), ...six('127.0.0.1')]);
    const count = (name: string) => connections.filter((connection) => connection.name === name).length;
    expect([count('localhost'), count('')]).toEqual([1, 6]);
    // Once known, a host of HTTP/1.1 gets no more connections than it has requests.
    await Promise.all(six('127.0.0.1'));
    expect([count('localhost'), count('')]).toEqual([1, 6]);
  });

  it('wait for the first one to say what the host speaks', async () => {
    let opened = 0;
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { port, connections } = await serveTls({
      beforeHandshake: held,
      onTcp() {
        opened += 1;
        return undefined;
      },
    });
    const fetcher = localFetcher(countLookups());
    const urls = Array.from({ length: 5 }, (_, page) => `https://localhost:${port}/${page}`);
    const all = Promise.all(urls.map((url) => fetcher.fetch({ url })));
    await expect.poll(() => opened).toBe(1);
    // Time enough for others, if any were opened beside it.
    await sleep(20);
    expect(opened).toBe(1);
    release();
    await all;
    expect(connections.length).toBe(opened);
  });

  it('that take long to open send no request whose turn is over', async () => {
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    const paths: (string | undefined)[] = [];
    const { promise: connecting, resolve: connected } = Promise.withResolvers<void>();
    let clock = 0;
    const { port, connections } = await serveTls({
      beforeHandshake: held,
      onTcp() {
        connected();
        return undefined;
      },
      answer(request, response) {
        paths.push(request.url);
        response.end('ok');
      },
    });
    const fetcher = localFetcher({ ...countLookups(), now: () => clock });
    const turns = [10, 20, 30, 40].map((startBy) =>
      fetcher.fetchInTurn({ url: `https://localhost:${port}/${startBy}` }, { startBy }),
    );
    await connecting;
    clock = 25;
    letGo();
    const ends = await Promise.all(turns);
    expect(ends.map((end) => (end === 'late' ? end : end.status))).toEqual(['late', 'late', 200, 200]);
    expect(paths.toSorted()).toEqual(['/30', '/40']);
    expect(connections.length).toBeLessThanOrEqual(2);
  });

  it('have one TLS context, and read no certificate but the first', async () => {
    const counts = { contexts: 0, chains: 0 };
    const { createSecureContext } = tls;
    const { getPeerCertificate } = tls.TLSSocket.prototype;
    const { port, connections } = await serveTls({ answer: closing });
    tls.createSecureContext = (options) => {
      counts.contexts += 1;
      return createSecureContext(options);
    };
    Reflect.set(tls.TLSSocket.prototype, 'getPeerCertificate', function (this: TLSSocket) {
      counts.chains += 1;
      return getPeerCertificate.call(this, true);
    });
    syncBuiltinESMExports();
    onTestFinished(() => {
      tls.createSecureContext = createSecureContext;
      tls.TLSSocket.prototype.getPeerCertificate = getPeerCertificate;
      syncBuiltinESMExports();
    });
    const fetcher = localFetcher(countLookups());
    for (const host of ['localhost', '127.0.0.1', 'localhost']) {
      await fetcher.fetch({ url: `https://${host}:${port}/` });
    }
    expect(connections).toHaveLength(3);
    expect(counts).toEqual({ contexts: 1, chains: 0 });
  });

  it('accept a certificate without alternative names for the name of its subject alone', async () => {
    const { port } = await serveTls({ cert: certificateOfSubject });
    const fetcher = localFetcher({ ...countLookups(), ca: certificateOfSubject });
    expect(await fetcher.fetch({ url: `https://localhost:${port}/` })).toMatchObject({ status: 200 });
    for (const host of ['127.0.0.1', 'other.example']) {
      const other = fetcher.fetch({ url: `https://${host}:${port}/` });
      await expect(other).rejects.toMatchObject({ code: 'TLS_FAILED' });
    }
  });

  it('cost one request where the first is refused, and two attempts where all are', async () => {
    for (const [refused, expected] of [
      [1, ['CONNECT_FAILED', 'ok', 'ok', 'ok', 'ok']],
      [Number.POSITIVE_INFINITY, Array.from({ length: 5 }, () => 'CONNECT_FAILED')],
    ] as const) {
      let opened = 0;
      const { port } = await serveTls({
        http2For: 'localhost',
        onTcp(earlier) {
          opened += 1;
          return earlier < refused ? 'refuse' : undefined;
        },
      });
      const fetcher = localFetcher(countLookups());
      const ends = Array.from({ length: 5 }, (_, page) =>
        fetcher.fetch({ url: `https://localhost:${port}/${page}` }).then(
          () => 'ok',
          ({ code }: { code: string }) => code,
        ),
      );
      expect(await Promise.all(ends)).toEqual(expected);
      expect(opened).toBe(2);
    }
  });

  it.each(['TLSv1.3', 'TLSv1.2'] as const)('resume sessions of their own host (%s)', async (maxVersion) => {
    const { port, connections } = await serveTls({ maxVersion, answer: closing });
    const fetcher = localFetcher(countLookups());
    for (const host of ['localhost', 'localhost', '127.0.0.1', 'localhost']) {
      await fetcher.fetch({ url: `https://${host}:${port}/` });
    }
    expect(connections.map(({ isResumed }) => isResumed)).toEqual([false, true, false, true]);
  });

  it('resume no session of another host, which is shown no certificate then', async () => {
    const { port, connections } = await serveTls({ answer: closing });
    const fetcher = localFetcher(countLookups());
    for (let count = 0; count < 2; count += 1) await fetcher.fetch({ url: `https://localhost:${port}/` });
    const other = fetcher.fetch({ url: `https://other.example:${port}/` });
    await expect(other).rejects.toMatchObject({ code: 'TLS_FAILED' });
    expect(connections.filter(({ name, isResumed }) => name === 'other.example' && isResumed)).toEqual([]);
  });

  it('resume no session of another port', async () => {
    const options = { answer: closing, ticketKeys: Buffer.alloc(48, 1) };
    const sites = [await serveTls(options), await serveTls(options)];
    const fetcher = localFetcher(countLookups());
    for (const { port } of sites) await fetcher.fetch({ url: `https://localhost:${port}/` });
    expect(sites.map(({ connections }) => connections.map(({ isResumed }) => isResumed))).toEqual([
      [false],
      [false],
    ]);
  });

  it('share no session with those that trust other authorities', async () => {
    const { port } = await serveTls({ answer: closing });
    const url = `https://localhost:${port}/`;
    await localFetcher(countLookups()).fetch({ url });
    const other = localFetcher({ ...countLookups(), ca: '' }).fetch({ url });
    await expect(other).rejects.toMatchObject({ code: 'TLS_FAILED' });
  });

  it('look a name up once for a while', async () => {
    const { port, connections } = await serveTls({ answer: closing });
    const { asked, lookup } = countLookups();
    const fetcher = localFetcher({ lookup });
    for (let page = 0; page < 5; page += 1) await fetcher.fetch({ url: `https://localhost:${port}/${page}` });
    expect(connections).toHaveLength(5);
    expect(asked).toEqual(['localhost']);
  });

  it('look a name up again once its addresses cannot be connected to', async () => {
    const { port } = await serveTls();
    const addresses = ['127.0.0.2', '127.0.0.1'];
    const fetcher = localFetcher({
      lookup: (_host, _options, callback) => {
        callback(null, [{ address: addresses.shift() ?? 'none left', family: 4 }]);
      },
    });
    const url = `https://localhost:${port}/`;
    await expect(fetcher.fetch({ url })).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    expect(await fetcher.fetch({ url })).toMatchObject({ status: 200 });
  });
});
