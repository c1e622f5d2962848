import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DropError, explainCode, RetryError } from '../../shared/errors.ts';
import { freePort } from '../../testing/free-port.ts';
import { endHeaders, endStream, frameTypes, status200 } from './h2-frames.ts';
import { certificate, privateKey } from './local-certificate.ts';
import {
  localFetcher,
  serveBytes,
  serveConnections,
  serveFrames,
  serveHttp,
  serveHttp2,
} from './local-servers.ts';

const head = 'HTTP/1.1 200 OK\r\n';
/** `content-length: 5`, a literal with a name of HPACK's static table (RFC 7541 §6.2.2). */
const lengthOf5 = Buffer.from([0x0f, 0x0d, 0x01, 0x35]);

/** Every failure is of the catalogue, and of the class the catalogue says. */
async function failureOf(promise: Promise<unknown>): Promise<RetryError | DropError> {
  const error = await promise.then(
    () => expect.unreachable(),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RetryError || error instanceof DropError)) throw error;
  expect(error).toBeInstanceOf(explainCode(error.code).consequence === 'retried' ? RetryError : DropError);
  expect(error.message).not.toBe('');
  return error;
}

describe('connecting', () => {
  it('to a closed port is CONNECT_FAILED', async () => {
    const port = await freePort();
    const { code } = await failureOf(localFetcher().fetch({ url: `http://127.0.0.1:${port}/` }));
    expect(code).toBe('CONNECT_FAILED');
    // localhost may be two addresses: their failures come as one AggregateError.
    const lookup = (_host: string, _options: object, callback: (error: null, found: object[]) => void) =>
      callback(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '127.0.0.2', family: 4 },
      ]);
    const fetcher = localFetcher({ lookup: lookup as never });
    const failure = await failureOf(fetcher.fetch({ url: `http://host.example:${port}/` }));
    expect(failure).toMatchObject({ code: 'CONNECT_FAILED', message: expect.stringContaining('127.0.0.2') });
  });

  it.each(['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'])('to a name that is %s is DNS_FAILED', async (code) => {
    const error = Object.assign(new Error(`getaddrinfo ${code}`), { code });
    const fetcher = localFetcher({ lookup: (_host, _options, callback) => callback(error, []) });
    expect((await failureOf(fetcher.fetch({ url: 'http://host.example/' }))).code).toBe('DNS_FAILED');
  });

  it('to a name that never resolves is CONNECT_TIMEOUT', async () => {
    const fetcher = localFetcher({ connectTimeoutMs: 50, lookup: () => {} });
    expect((await failureOf(fetcher.fetch({ url: 'http://host.example/' }))).code).toBe('CONNECT_TIMEOUT');
  });

  it('to TLS that never shakes hands is CONNECT_TIMEOUT', async () => {
    const origin = await serveConnections(() => {});
    const fetcher = localFetcher({ connectTimeoutMs: 50 });
    const { code } = await failureOf(fetcher.fetch({ url: origin.replace('http', 'https') }));
    expect(code).toBe('CONNECT_TIMEOUT');
  });

  it.each([
    ['closes', 'CONNECT_FAILED', (socket: Socket) => socket.end()],
    ['resets', 'CONNECT_FAILED', (socket: Socket) => socket.resetAndDestroy()],
    ['talks HTTP', 'TLS_FAILED', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('to TLS that %s is %s', async (_, expected, answer) => {
    const origin = await serveConnections((socket) => void socket.once('data', () => answer(socket)));
    const { code } = await failureOf(localFetcher().fetch({ url: origin.replace('http', 'https') }));
    expect(code).toBe(expected);
  });

  it('to a certificate nobody signed, or for another name, is TLS_FAILED', async () => {
    const origin = await serveHttp2((stream) => stream.end());
    const untrusting = localFetcher({ ca: '' });
    expect((await failureOf(untrusting.fetch({ url: origin }))).code).toBe('TLS_FAILED');
    const lookup = (_host: string, _options: object, callback: (error: null, found: object[]) => void) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const other = localFetcher({ lookup: lookup as never });
    const url = origin.replace('127.0.0.1', 'host.example');
    expect((await failureOf(other.fetch({ url }))).code).toBe('TLS_FAILED');
  });

  it('to a server that wants an old TLS is TLS_FAILED', async () => {
    const server = createTlsServer({
      cert: certificate,
      key: privateKey,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    expect((await failureOf(localFetcher().fetch({ url: `https://127.0.0.1:${port}/` }))).code).toBe(
      'TLS_FAILED',
    );
  });
});

describe('network: public', () => {
  it.each([
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '017700000001',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    'localhost',
  ])('refuses %s and sends it nothing', async (host) => {
    let connections = 0;
    const origin = await serveConnections(() => {
      connections += 1;
    });
    const url = origin.replace('127.0.0.1', host);
    const failure = await failureOf(localFetcher({ network: 'public' }).fetch({ url }));
    expect(failure).toMatchObject({ name: 'DropError', code: 'ADDRESS_REFUSED' });
    expect(connections).toBe(0);
  });

  it('refuses a name for its address, naming both', async () => {
    const fetcher = localFetcher({
      network: 'public',
      lookup: (_host, _options, callback) => callback(null, [{ address: '169.254.169.254', family: 4 }]),
    });
    const failure = await failureOf(fetcher.fetch({ url: 'https://host.example/' }));
    expect(failure).toMatchObject({
      code: 'ADDRESS_REFUSED',
      message: expect.stringMatching(/host\.example.*169\.254/),
    });
  });
});

describe('answers', () => {
  const bytes = (text: string, then: (socket: Socket) => unknown = (socket) => socket.end()) =>
    serveBytes((socket) => socket.write(text, 'latin1', () => void then(socket)));

  it.each([
    ['nothing, and the connection ends', 'CONNECTION_LOST', ''],
    ['half a head', 'CONNECTION_LOST', 'HTTP/1.1 200 O'],
    ['half the headers', 'CONNECTION_LOST', `${head}Content-Type: te`],
    ['half a body', 'CONNECTION_LOST', `${head}Content-Length: 10\r\n\r\nhello`],
    [
      'half a body and close',
      'CONNECTION_LOST',
      `${head}Connection: close\r\nContent-Length: 10\r\n\r\nhello`,
    ],
    ['no body', 'CONNECTION_LOST', `${head}Content-Length: 10\r\n\r\n`],
    ['half a chunk', 'CONNECTION_LOST', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`],
    ['chunks without an end', 'CONNECTION_LOST', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`],
    [
      'chunks without an end and close',
      'CONNECTION_LOST',
      `${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`,
    ],
    [
      'half of gzip',
      'CONNECTION_LOST',
      `${head}Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08`,
    ],
    ['garbage', 'RESPONSE_INVALID', 'garbage\r\n\r\n'],
    ['binary garbage', 'RESPONSE_INVALID', '\0\x01\xff\xfe\0\0'],
    ['another protocol', 'RESPONSE_INVALID', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a status that is none', 'RESPONSE_INVALID', 'HTTP/1.1 abc OK\r\n\r\n'],
    [
      'half of gzip without a length',
      'CONNECTION_LOST',
      `${head}Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0`,
    ],
    ['what is no gzip', 'BODY_CORRUPT', `${head}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello`],
    ['two lengths', 'RESPONSE_INVALID', `${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`],
    ['two lengths in a line', 'RESPONSE_INVALID', `${head}Content-Length: 5, 6\r\n\r\nhello`],
    ['a length that is none', 'RESPONSE_INVALID', `${head}Content-Length: five\r\n\r\nhello`],
    ['a length below zero', 'RESPONSE_INVALID', `${head}Content-Length: -1\r\n\r\nhello`],
    ['chunks of no size', 'RESPONSE_INVALID', `${head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`],
    ['huge headers', 'RESPONSE_INVALID', `${head}X-A: ${'a'.repeat(100_000)}\r\n\r\n`],
    ['endlessly many headers', 'RESPONSE_INVALID', `${head}${'X-A: abcdefgh\r\n'.repeat(10_000)}\r\n`],
    [
      'an upgrade nobody asked for',
      'RESPONSE_INVALID',
      'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    ],
  ])('of %s are %s', async (_, expected, text) => {
    const origin = await bytes(text);
    const error = await failureOf(localFetcher().fetch({ url: origin }));
    expect(error.code, error.message).toBe(expected);
  });

  it.each([
    ['at once', ''],
    ['in the head', 'HTTP/1.1 20'],
    ['after the head', `${head}Content-Length: 9\r\n\r\n`],
    ['in the body', `${head}Content-Length: 9\r\n\r\nabc`],
    ['in a chunk', `${head}Transfer-Encoding: chunked\r\n\r\n9\r\nabc`],
    ['in a body that ends with the connection', `${head}Connection: close\r\n\r\nabc`],
    ['in a body of HTTP/1.0', `HTTP/1.0 200 OK\r\n\r\nabc`],
  ])('that are reset %s are CONNECTION_LOST', async (_, text) => {
    const origin = await bytes(text, (socket) => socket.resetAndDestroy());
    expect((await failureOf(localFetcher().fetch({ url: origin }))).code).toBe('CONNECTION_LOST');
  });

  it.each([
    ['a smuggled answer', `${head}Content-Length: 5\r\n\r\nhello${head}\r\nevil`],
    ['the rest of the page', `${head}Content-Length: 5\r\n\r\nhello, world`],
    ['a page without a length', `${head}Content-Length: 0\r\n\r\n<h1>One</h1>`],
    ['a rest behind a head to repair', `${head}X Odd: 1\r\nContent-Length: 5\r\n\r\nhello, world`],
    ['a rest and close', `${head}Connection: close\r\nContent-Length: 5\r\n\r\nhello, world`],
  ])('longer than they said are RESPONSE_INVALID: %s', async (_, text) => {
    let [connections, sent] = [0, 0];
    const origin = await serveConnections((socket) => {
      connections += 1;
      // At once; then with the end of the body in another packet.
      const at = text.length - (sent++ % 2 === 0 ? 0 : 6);
      socket.setNoDelay(true);
      socket.once('data', () => {
        socket.write(text.slice(0, at), () => setImmediate(() => socket.write(text.slice(at))));
      });
    });
    const fetcher = localFetcher();
    for (let i = 0; i < 2; i += 1) {
      const { code, message } = await failureOf(fetcher.fetch({ url: origin }));
      expect([code, message]).toEqual(['RESPONSE_INVALID', expect.stringContaining('Content-Length')]);
    }
    expect(connections).toBe(2);
  });

  it.each([
    ['line ends', `${head}Content-Length: 5\r\n\r\nhello\r\n\r\n`],
    ['the end of chunks', `${head}Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: 1\r\n\r\n`],
    [
      'a smuggled answer behind chunks',
      `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n${head}\r\nevil`,
    ],
  ])('are whole with %s behind them, and what follows is no answer', async (_, text) => {
    const origin = await bytes(text, () => {});
    const fetcher = localFetcher();
    for (let i = 0; i < 3; i += 1) {
      expect(Buffer.from((await fetcher.fetch({ url: origin })).body).toString()).toBe('hello');
    }
  });

  it('may begin with 1xx', async () => {
    const hints =
      'HTTP/1.1 103 Early Hints\r\nContent-Length: 1000001\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n';
    const origin = await bytes(`${hints}${head}Content-Length: 2\r\n\r\nok`);
    expect(await localFetcher().fetch({ url: origin })).toMatchObject({
      status: 200,
      body: Buffer.from('ok'),
    });
  });

  it('may give as their length that of the body before it was compressed, as all browsers take it', async () => {
    const page = Buffer.from('<p>a</p>'.repeat(100));
    const origin = await serveBytes((socket) => {
      socket.write(`${head}Content-Encoding: gzip\r\nContent-Length: ${page.length}\r\n\r\n`);
      socket.end(gzipSync(page));
    });
    expect(Buffer.from((await localFetcher().fetch({ url: origin })).body)).toEqual(page);
  });

  it('that are too short say by how much', async () => {
    const origin = await bytes(`${head}Content-Length: 10\r\n\r\nhello`);
    const { message } = await failureOf(localFetcher().fetch({ url: origin }));
    expect(message).toContain('5 of 10 bytes came');
  });

  it('may end with the connection', async () => {
    const origin = await bytes(`${head}\r\nall of it`);
    expect(Buffer.from((await localFetcher().fetch({ url: origin })).body).toString()).toBe('all of it');
  });

  it('that never come are HEADERS_TIMEOUT', async () => {
    const origin = await bytes('', () => {});
    const fetcher = localFetcher({ headersTimeoutMs: 50 });
    expect((await failureOf(fetcher.fetch({ url: origin }))).code).toBe('HEADERS_TIMEOUT');
  });

  it('that stall are BODY_TIMEOUT', async () => {
    const origin = await bytes(`${head}Content-Length: 10\r\n\r\nhello`, () => {});
    const fetcher = localFetcher({ bodyTimeoutMs: 50 });
    expect((await failureOf(fetcher.fetch({ url: origin }))).code).toBe('BODY_TIMEOUT');
  });

  it('that drip are TIMEOUT, and the connection is closed', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const origin = await serveBytes((socket) => {
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
      const timer = setInterval(() => socket.write('1\r\nx\r\n'), 5);
      socket.once('close', () => {
        clearInterval(timer);
        resolve();
      });
    });
    const fetcher = localFetcher({ timeoutMs: 500 });
    expect((await failureOf(fetcher.fetch({ url: origin }))).code).toBe('TIMEOUT');
    await closed;
  });

  it('that wait for a connection are TIMEOUT as well', async () => {
    const fetcher = localFetcher({ timeoutMs: 100, lookup: () => {} });
    expect((await failureOf(fetcher.fetch({ url: 'http://host.example/' }))).code).toBe('TIMEOUT');
  });
});

describe('a caller’s signal', () => {
  it('ends a fetch under way and is its cause', async () => {
    const controller = new AbortController();
    const reason = new Error('the lease was lost');
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const origin = await serveBytes((socket) => {
      socket.once('close', resolve);
      controller.abort(reason);
    });
    const error = await failureOf(localFetcher().fetch({ url: origin }, { signal: controller.signal }));
    expect(error).toMatchObject({ name: 'RetryError', code: 'CONNECTION_LOST', cause: reason });
    await closed;
  });

  it('takes a request back that waits for a connection', async () => {
    const controller = new AbortController();
    const paths: (string | undefined)[] = [];
    const { promise: abandoned, resolve: abandon } = Promise.withResolvers<void>();
    const origin = await serveHttp(async (request, response) => {
      paths.push(request.url);
      if (request.url === '/first') await abandoned;
      response.end();
    });
    const fetcher = localFetcher({ connectionsPerHost: 1 });
    const first = fetcher.fetch({ url: `${origin}/first` });
    const second = failureOf(fetcher.fetch({ url: `${origin}/second` }, { signal: controller.signal }));
    controller.abort();
    expect((await second).code).toBe('CONNECTION_LOST');
    abandon();
    await first;
    await fetcher.fetch({ url: `${origin}/third` });
    expect(paths).toEqual(['/first', '/third']);
  });

  it('that is aborted already sends nothing', async () => {
    let requests = 0;
    const origin = await serveHttp((_request, response) => {
      requests += 1;
      response.end();
    });
    const fetcher = localFetcher();
    await failureOf(fetcher.fetch({ url: origin }, { signal: AbortSignal.abort() }));
    await fetcher.fetch({ url: origin });
    expect(requests).toBe(1);
  });

  it('is left alone when the fetch is over', async () => {
    const origin = await serveHttp((_request, response) => response.end());
    const { signal } = new AbortController();
    let listening = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listening += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listening -= 1;
      remove(...args);
    };
    await localFetcher().fetch({ url: origin }, { signal });
    expect(listening).toBe(0);
  });
});

describe('HTTP/2', () => {
  it('is used where the server offers it, several requests over one connection', async () => {
    const sessions = new Set<unknown>();
    const origin = await serveHttp2((stream, path) => {
      sessions.add(stream.session);
      stream.respond({ ':status': 200, 'x-a': 'b' });
      stream.end(path);
    });
    const fetcher = localFetcher();
    const paths = ['/a', '/b', '/c'];
    const results = await Promise.all(paths.map((path) => fetcher.fetch({ url: origin + path })));
    expect(results.map(({ body }) => Buffer.from(body).toString())).toEqual(paths);
    expect(results[0]?.headers).toMatchObject({ 'x-a': 'b' });
    expect(sessions.size).toBe(1);
  });

  it('is not used when it is off', async () => {
    const streams: unknown[] = [];
    const origin = await serveHttp2((stream) => void streams.push(stream));
    const fetcher = localFetcher({ http2: false, headersTimeoutMs: 50 });
    await failureOf(fetcher.fetch({ url: origin }));
    expect(streams).toEqual([]);
  });

  type Answer = (stream: ServerHttp2Stream) => unknown;
  const answers: Record<string, [Answer, expected: string, limits?: { [name: string]: number }]> = {
    refused: [(stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM), 'CONNECTION_LOST'],
    'reset in the body': [
      (stream) => stream.write('abc', () => stream.destroy(new Error('reset'))),
      'CONNECTION_LOST',
    ],
    'cut off': [(stream) => stream.write('abc', () => stream.session?.destroy()), 'CONNECTION_LOST'],
    stalling: [(stream) => stream.write('abc'), 'BODY_TIMEOUT', { bodyTimeoutMs: 200 }],
    'never there': [() => {}, 'HEADERS_TIMEOUT', { headersTimeoutMs: 200 }],
    'shorter than said': [(stream) => respond(stream, { 'content-length': '9' }), 'CONNECTION_LOST'],
    'an error status': [(stream) => respond(stream, { ':status': 503 }), 'HTTP_503'],
  };
  const respond = (stream: ServerHttp2Stream, headers: OutgoingHttpHeaders) => {
    stream.respond(headers);
    stream.end('abc');
  };

  it.each(Object.entries(answers))(
    'gives answers that are %s their code',
    async (_, [answer, expected, limits]) => {
      const origin = await serveHttp2((stream) => void answer(stream));
      const fetcher = localFetcher(limits);
      expect((await failureOf(fetcher.fetch({ url: origin }))).code).toBe(expected);
    },
  );

  const resetWith = (code: number) => new Uint8Array([0, 0, 0, code]);
  const resets = [constants.NGHTTP2_NO_ERROR, constants.NGHTTP2_CANCEL, constants.NGHTTP2_INTERNAL_ERROR];

  it.each(resets)('takes an answer that is reset with code %i before its end for none', async (code) => {
    const origin = await serveFrames((write, request) => {
      write(frameTypes.headers, endHeaders, status200);
      if (request > 2) return write(frameTypes.data, endStream, Buffer.from('whole'));
      if (request === 2) write(frameTypes.data, 0, Buffer.from('wh'));
      write(frameTypes.reset, 0, resetWith(code));
    });
    const fetcher = localFetcher();
    for (const half of ['head', 'body']) {
      expect((await failureOf(fetcher.fetch({ url: `${origin}/${half}` }))).code).toBe('CONNECTION_LOST');
    }
    expect(Buffer.from((await fetcher.fetch({ url: origin })).body).toString()).toBe('whole');
  });

  it.each([
    ['more', 'whole, and more'],
    ['less', 'wh'],
  ])('does not take %s than its Content-Length for an answer', async (_, text) => {
    const origin = await serveFrames((write) => {
      write(frameTypes.headers, endHeaders, Buffer.concat([status200, lengthOf5]));
      write(frameTypes.data, endStream, Buffer.from(text));
    });
    const { code } = await failureOf(localFetcher().fetch({ url: origin }));
    expect(['RESPONSE_INVALID', 'CONNECTION_LOST']).toContain(code);
  });

  it('takes an answer that is reset behind its end for whole', async () => {
    const origin = await serveFrames((write) => {
      write(frameTypes.headers, endHeaders, status200);
      write(frameTypes.data, 0, Buffer.from('who'));
      write(frameTypes.data, endStream, Buffer.from('le'));
      write(frameTypes.reset, 0, resetWith(constants.NGHTTP2_NO_ERROR));
    });
    const fetcher = localFetcher();
    for (let index = 0; index < 3; index += 1) {
      expect(Buffer.from((await fetcher.fetch({ url: origin })).body).toString()).toBe('whole');
    }
  });

  const wholes: [string, (stream: ServerHttp2Stream) => unknown, string][] = [
    ['in one frame', (stream) => respond(stream, {}), 'abc'],
    [
      'in an empty last frame',
      (stream) => {
        stream.respond();
        stream.write('abc', () => setImmediate(() => stream.end()));
      },
      'abc',
    ],
    ['with its head', (stream) => stream.respond({ ':status': 200 }, { endStream: true }), ''],
    ['with its head, of 204', (stream) => stream.respond({ ':status': 204 }, { endStream: true }), ''],
    [
      'in trailers',
      (stream) => {
        stream.respond({}, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '1' }));
        stream.end('abc');
      },
      'abc',
    ],
    [
      'behind 103',
      (stream) => {
        stream.additionalHeaders({ ':status': 103, link: '</a.css>' });
        respond(stream, { 'content-length': '3' });
      },
      'abc',
    ],
    ['after much', (stream) => stream.end(Buffer.alloc(900_000, 'x')), 'x'.repeat(900_000)],
    [
      'and is reset afterwards',
      (stream) => {
        stream.respond();
        stream.end('abc', () => stream.close(constants.NGHTTP2_NO_ERROR));
      },
      'abc',
    ],
  ];

  it.each(wholes)('takes an answer that ends %s for whole', async (_, answer, expected) => {
    const origin = await serveHttp2((stream) => void answer(stream));
    const fetcher = localFetcher();
    for (let index = 0; index < 3; index += 1) {
      expect(Buffer.from((await fetcher.fetch({ url: origin })).body).toString()).toBe(expected);
    }
  });

  it('survives a server that goes away between two requests', async () => {
    let answered = 0;
    const origin = await serveHttp2((stream) => {
      answered += 1;
      stream.respond();
      stream.end('ok', () => stream.session?.goaway());
    });
    const fetcher = localFetcher();
    for (let i = 0; i < 3; i += 1) await fetcher.fetch({ url: `${origin}/${i}` });
    expect(answered).toBe(3);
  });
});
