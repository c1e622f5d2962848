import { createServer, type RequestListener } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import { makeFetcher } from '../../shared/fetch/client.ts';
import { speakFrames, type WriteFrame } from './h2-frames.ts';
import { certificate, privateKey } from './local-certificate.ts';

/** Servers on 127.0.0.1 that end with the test. Each resolves to its origin. */

export function serveHttp(listener: RequestListener): Promise<string> {
  return listen(createServer(listener), 'http');
}

/** Calls `answer` when the head of a request has arrived. */
export function serveBytes(answer: (socket: Socket, head: string) => void): Promise<string> {
  return serveConnections((socket) => {
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      answer(socket, head);
      head = '';
    });
  });
}

export function serveConnections(onConnection: (socket: Socket) => void): Promise<string> {
  return listen(createTcpServer(onConnection), 'http');
}

export async function serveHttp2(
  onStream: (stream: ServerHttp2Stream, path: string) => void,
  onHeaders: (headers: IncomingHttpHeaders) => void = () => undefined,
): Promise<string> {
  const server = createSecureServer({ cert: certificate, key: privateKey, allowHTTP1: true });
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    onHeaders(headers);
    onStream(stream, String(headers[':path']));
  });
  return listen(server, 'https');
}

/** A server of HTTP/2 whose frames are written one by one. */
export async function serveFrames(answer: (write: WriteFrame, request: number) => void): Promise<string> {
  let requests = 0;
  const server = createTlsServer({ cert: certificate, key: privateKey, ALPNProtocols: ['h2'] }, (socket) => {
    socket.on('error', () => {});
    speakFrames(socket, (write) => {
      requests += 1;
      answer(write, requests);
    });
  });
  return listen(server, 'https');
}

async function listen(server: Server | Http2SecureServer, scheme: string): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A fetcher with short limits that ends with the test. */
export function localFetcher(options: Partial<Parameters<typeof makeFetcher>[0]> = {}) {
  const fetcher = makeFetcher({
    network: 'allowPrivate',
    userAgent: 'TestBot/1.0',
    headersFor: () => ({}),
    connectTimeoutMs: 30_000,
    headersTimeoutMs: 30_000,
    bodyTimeoutMs: 30_000,
    timeoutMs: 60_000,
    maxBodyBytes: 1_000_000,
    ca: certificate,
    ...options,
  });
  onTestFinished(() => fetcher.close());
  return fetcher;
}
