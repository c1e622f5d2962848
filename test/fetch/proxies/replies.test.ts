import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectByHttp } from '../../../shared/fetch/proxies/http-connect.ts';
import { nameProxies } from '../../../shared/fetch/proxies/proxy.ts';
import { connectBySocks5 } from '../../../shared/fetch/proxies/socks5.ts';

const [proxy] = nameProxies([
  { scheme: 'http', hostname: 'p', port: 1, user: 'ann', password: 'secret' },
]) as [never];
const wanted = { host: '93.184.215.14', port: 443, onAsked: () => undefined };

/** A connection whose other end says `bytes` one after the other, in as many pieces, and closes if `isClosed`. */
async function hears(bytes: Buffer, { isClosed = false, pieces = bytes.length } = {}): Promise<Socket> {
  const server = createServer(async (socket) => {
    socket
      .setNoDelay(true)
      .on('error', () => undefined)
      .resume();
    const size = Math.max(1, Math.ceil(bytes.length / Math.max(1, pieces)));
    for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
      socket.write(bytes.subarray(at, at + size));
      await new Promise(setImmediate);
    }
    if (isClosed) socket.end();
  });
  return connectTo(server);
}

/** A connection to a server that begins to listen now, until the test ends. */
async function connectTo(server: Server): Promise<Socket> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  await once(socket, 'connect');
  return socket;
}

const established = 'HTTP/1.1 200 OK\r\n\r\n';

describe('connectByHttp', () => {
  it.each([
    ['an answer that comes byte by byte', established],
    ['one of HTTP/1.0, with headers that mean nothing there', 'HTTP/1.0 204 x\r\ncontent-length: 99\r\n\r\n'],
    [
      'interim answers before it',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: x\r\n\r\n${established}`,
    ],
  ])('takes %s', async (_, answer) => {
    const socket = await hears(Buffer.from(answer));
    await expect(connectByHttp(socket, proxy, wanted)).resolves.toBeUndefined();
    expect(socket.readableLength).toBe(0);
  });

  it.each([
    [
      'bytes after the head, before anything was asked',
      `${established}HTTP/1.1 200 OK\r\n\r\nforged`,
      'PROXY_FAILED',
    ],
    ['a head without an end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`, 'PROXY_FAILED'],
    ['what is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'PROXY_FAILED'],
    ['a status of no meaning', 'HTTP/1.1 999 What\r\n\r\n', 'PROXY_REFUSED'],
    ['a redirect', 'HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\n\r\n', 'PROXY_REFUSED'],
    ['an error and its page', 'HTTP/1.1 503 Busy\r\n\r\n<h1>ann:secret</h1>', 'PROXY_REFUSED'],
    ['401 in place of 407', 'HTTP/1.1 401 No\r\n\r\n', 'PROXY_AUTH'],
  ])('refuses %s', async (_, answer, code) => {
    const socket = await hears(Buffer.from(answer), { pieces: 1 });
    await expect(connectByHttp(socket, proxy, wanted)).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining('secret'),
    });
  });

  it('says where the connection ends that there was no answer', async () => {
    const socket = await hears(Buffer.from('HTTP/1.1 20'), { isClosed: true });
    await expect(connectByHttp(socket, proxy, wanted)).rejects.toThrow('ended before a reply');
  });
});

describe('connectBySocks5', () => {
  const ok = [5, 0, 0, 1, 10, 0, 0, 1, 0, 80];
  it.each([
    ['no authentication, and an address', [[5, 0], ok]],
    [
      'a password, and a name in the reply',
      [
        [5, 2],
        [1, 0],
        [5, 0, 0, 3, 2, 0x61, 0x62, 0, 80],
      ],
    ],
    [
      'an address of IPv6 in the reply',
      [
        [5, 0],
        [5, 0, 0, 4, ...Array<number>(16).fill(1), 0, 80],
      ],
    ],
  ])('takes %s', async (_, steps) => {
    await expect(connectBySocks5(await answersEach(steps), proxy, wanted)).resolves.toBeUndefined();
  });

  it.each([
    ['another version', [[4, 0]], 'PROXY_FAILED'],
    ['a method that was not offered', [[5, 1]], 'PROXY_FAILED'],
    ['no method', [[5, 0xff]], 'PROXY_AUTH'],
    [
      'a wrong password',
      [
        [5, 2],
        [1, 1],
      ],
      'PROXY_AUTH',
    ],
    [
      'an answer of another kind to the password',
      [
        [5, 2],
        [5, 0],
      ],
      'PROXY_FAILED',
    ],
    [
      'more bytes than the reply',
      [
        [5, 0],
        [...ok, 0x48],
      ],
      'PROXY_FAILED',
    ],
    [
      'an address of no type',
      [
        [5, 0],
        [5, 0, 0, 9, 1, 1, 1],
      ],
      'PROXY_FAILED',
    ],
    [
      'its own failure',
      [
        [5, 0],
        [5, 1, 0, 1, 0, 0, 0, 0, 0, 0],
      ],
      'PROXY_REFUSED',
    ],
    [
      'a refusal cut short',
      [
        [5, 0],
        [5, 2],
      ],
      'PROXY_REFUSED',
    ],
    [
      'a reply of no meaning',
      [
        [5, 0],
        [5, 77],
      ],
      'PROXY_REFUSED',
    ],
  ])('refuses %s', async (_, steps, code) => {
    await expect(connectBySocks5(await answersEach(steps), proxy, wanted)).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining('secret'),
    });
  });
});

/** A connection whose other end answers each message with the next of these. */
async function answersEach(steps: number[][]): Promise<Socket> {
  const left = [...steps];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(Buffer.from(left.shift() ?? [])));
  });
  return connectTo(server);
}
