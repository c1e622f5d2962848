import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import { certificate, privateKey } from '../local-certificate.ts';

/** Proxies on 127.0.0.1 that end with the test. */

export interface LocalProxy {
  /** Without user and password. */
  url: string;
  port: number;
  /** What it was asked for, as `host:port`, one for each tunnel. */
  asked: string[];
  /** Credentials that were sent, as `user:password`; empty where there were none. */
  credentials: string[];
  /** What passed through its connections to clients, both ways, from the first byte to the last. */
  bytes(): number;
  openConnections(): number;
  /** What it does from now on. */
  behave(as: ProxyOptions): void;
}

export interface ProxyOptions {
  /** As `user:password`. @default no one has to say who they are */
  credentials?: string;
  /** Where a tunnel leads. @default where it is asked for */
  leadsTo?: (asked: string) => { host: string; port: number };
  /**
   * `dead`: closes every connection at once. `hangs`: answers nothing. `garbage`: answers with no protocol. `swallows`: opens
   * tunnels and brings nothing through. `cuts`: closes a tunnel at the first bytes of an answer. A number: the status, or
   * the reply of SOCKS5, with which every tunnel is refused.
   */
  fault?: 'dead' | 'hangs' | 'garbage' | 'swallows' | 'cuts' | number;
}

type Scheme = 'http' | 'https' | 'socks5';

export async function serveProxy(scheme: Scheme, options: ProxyOptions = {}): Promise<LocalProxy> {
  const state: State = { options, asked: [], credentials: [] };
  const sockets = new Set<Socket>();
  let closedBytes = 0;
  const onTcp = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      closedBytes += socket.bytesRead + socket.bytesWritten;
      sockets.delete(socket);
    });
  };
  const serve = (client: Socket): void => {
    client.on('error', () => undefined);
    if (state.options.fault === 'dead') client.destroy();
    else if (scheme === 'socks5') serveSocks5(client, state);
    else serveConnect(client, state);
  };
  const server: Server =
    scheme === 'https'
      ? createTlsServer({ cert: certificate, key: privateKey }, serve)
      : createTcpServer(serve);
  server.on('connection', onTcp);
  const port = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    asked: state.asked,
    credentials: state.credentials,
    bytes: () =>
      [...sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, closedBytes),
    openConnections: () => sockets.size,
    behave: (as) => {
      state.options = { ...state.options, fault: undefined as never, ...as };
      if (as.fault === 'dead') for (const socket of sockets) socket.destroy();
    },
  };
}

interface State extends Pick<LocalProxy, 'asked' | 'credentials'> {
  options: ProxyOptions;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function serveConnect(client: Socket, state: State): void {
  let head = '';
  const onData = (chunk: Buffer): void => {
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    client.off('data', onData);
    const { credentials, fault } = state.options;
    const [, target = ''] = /^CONNECT (\S+) HTTP\/1\.1\r\n/.exec(head) ?? [];
    const [, basic] = /\r\nproxy-authorization: basic (\S+)\r\n/i.exec(head) ?? [];
    const given = basic === undefined ? '' : Buffer.from(basic, 'base64').toString();
    state.credentials.push(given);
    if (fault === 'hangs') return;
    if (fault === 'garbage') return void client.write('\0\0 what? \0\0');
    if (credentials !== undefined && given !== credentials) {
      return void client.end(`HTTP/1.1 407 No\r\ncontent-length: 4\r\nx-echo: ${given}\r\n\r\nno!\n`);
    }
    state.asked.push(target);
    if (typeof fault === 'number') return void client.end(`HTTP/1.1 ${fault} No ${given}\r\n\r\n`);
    lead(
      client,
      target,
      state,
      () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'),
      () => client.write('HTTP/1.1 502 Bad Gateway\r\n\r\n'),
    );
  };
  client.on('data', onData);
}

/** Reads a message of SOCKS5 after the other. */
function serveSocks5(client: Socket, state: State): void {
  let step: 'greeting' | 'password' | 'request' = 'greeting';
  const onData = (bytes: Buffer): void => {
    const { credentials, fault } = state.options;
    if (fault === 'hangs') return;
    if (fault === 'garbage') return void client.write('HTTP/1.1 400 Bad\r\n\r\n');
    if (step === 'greeting') {
      const methods = [...bytes.subarray(2)];
      const wanted = credentials === undefined ? 0 : 2;
      if (wanted === 0) state.credentials.push('');
      step = wanted === 2 ? 'password' : 'request';
      client.write(Buffer.from([5, methods.includes(wanted) ? wanted : 0xff]));
    } else if (step === 'password') {
      const userLength = bytes[1] ?? 0;
      const user = bytes.subarray(2, 2 + userLength).toString();
      const given = `${user}:${bytes.subarray(3 + userLength).toString()}`;
      state.credentials.push(given);
      step = 'request';
      client.write(Buffer.from([1, given === credentials ? 0 : 1]));
    } else {
      client.off('data', onData);
      const target = readTarget(bytes);
      state.asked.push(target);
      const reply = (code: number) => client.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]));
      if (typeof fault === 'number') return void reply(fault);
      lead(
        client,
        target,
        state,
        () => reply(0),
        () => reply(5),
      );
    }
  };
  client.on('data', onData);
}

function readTarget(bytes: Buffer): string {
  const [, , , type, length = 0] = bytes;
  const sizes: Record<number, number> = { 1: 4, 3: length, 4: 16 };
  const from = type === 3 ? 5 : 4;
  const host = bytes.subarray(from, from + (sizes[type ?? 0] ?? 0));
  const port = bytes.readUInt16BE(from + host.length);
  if (type === 3) return `${host.toString()}:${port}`;
  if (type === 1) return `${[...host].join('.')}:${port}`;
  return `[${host.toString('hex').replace(/(.{4})(?=.)/g, '$1:')}]:${port}`;
}

function lead(
  client: Socket,
  asked: string,
  { options }: State,
  onOpen: () => void,
  onRefused: () => void,
): void {
  if (options.fault === 'swallows') return void onOpen();
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(asked) ?? [];
  const to = options.leadsTo?.(asked) ?? { host, port: Number(port) };
  const site = connect(to.port, to.host, () => {
    onOpen();
    client.pipe(site);
    if (options.fault === 'cuts') site.once('data', () => client.destroy());
    else site.pipe(client);
  });
  site.on('error', onRefused);
  site.on('close', () => client.destroySoon());
  client.on('close', () => site.destroy());
}
