import { isIP, type Socket } from 'node:net';
import { RetryError } from '../../errors.ts';
import { bytesOfGroups, ipv6Groups } from '../connections/ipv6.ts';
import type { Wanted } from './http-connect.ts';
import type { NamedProxy } from './proxy.ts';
import { noReply, readReply } from './read-reply.ts';

const version = 5;
const methods = { none: 0x00, password: 0x02, noneAcceptable: 0xff } as const;
const types = { ipv4: 1, name: 3, ipv6: 4 } as const;
const connect = 1;

/** What the replies of RFC 1928 §6 mean. */
const meanings: Record<number, string> = {
  1: 'general failure',
  2: 'not allowed by its rules',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'TTL expired',
  7: 'command not supported',
  8: 'address type not supported',
};

/**
 * Asks a proxy for a connection to the host, an address or a name (RFC 1928), by user and password where the proxy has
 * them (RFC 1929). Throws `RetryError` PROXY_AUTH or PROXY_REFUSED, PROXY_FAILED for what is no answer. `onAsked` is called when the
 * proxy knows the host.
 */
export async function connectBySocks5(
  socket: Socket,
  proxy: NamedProxy,
  { host, port, onAsked }: Wanted,
): Promise<void> {
  const { user, password = '' } = proxy.address;
  const offered = user === undefined ? [methods.none] : [methods.none, methods.password];
  socket.write(Buffer.from([version, offered.length, ...offered]));
  const [, method] = await readReply(socket, proxy, pairFrom(version), 2);
  if (method === methods.password && user !== undefined) await authenticate(socket, proxy, user, password);
  else if (method === methods.noneAcceptable) throw refusedUser(proxy);
  else if (method !== methods.none) throw noReply(proxy);
  const portBytes = [port >> 8, port & 0xff];
  socket.write(Buffer.from([version, connect, 0, ...encodeHost(host), ...portBytes]));
  onAsked();
  const [, reply = 1] = await readReply(socket, proxy, lengthOfReply, maxReplyBytes);
  if (reply === 0) return;
  const meaning = meanings[reply] ?? `reply ${reply}`;
  throw new RetryError('PROXY_REFUSED', `${proxy.name} does not connect to ${host}: ${meaning}`);
}

async function authenticate(
  socket: Socket,
  proxy: NamedProxy,
  user: string,
  password: string,
): Promise<void> {
  const [name, secret] = [Buffer.from(user), Buffer.from(password)];
  socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([secret.length]), secret]));
  const [, status] = await readReply(socket, proxy, pairFrom(1), 2);
  if (status !== 0) throw refusedUser(proxy);
}

function refusedUser({ name }: NamedProxy): RetryError {
  return new RetryError('PROXY_AUTH', `${name} does not take user and password`);
}

function encodeHost(host: string): number[] {
  if (isIP(host) === 4) return [types.ipv4, ...host.split('.').map(Number)];
  if (isIP(host) === 6) return [types.ipv6, ...bytesOfGroups(ipv6Groups(host))];
  const name = Buffer.from(host);
  return [types.name, name.length, ...name];
}

/** Four bytes, a name of 255 and its length, the port. */
const maxReplyBytes = 4 + 1 + 255 + 2;

function lengthOfReply(bytes: Buffer): number | 'unknown' | 'wrong' {
  if (bytes[0] !== version) return 'wrong';
  if (bytes.length < 2) return 'unknown';
  // Of a refusal the rest is not read: some proxies close without it.
  if (bytes[1] !== 0) return bytes.length;
  if (bytes.length < 5) return 'unknown';
  const [, , , type, nameLength = 0] = bytes;
  if (type === types.ipv4) return 4 + 4 + 2;
  if (type === types.ipv6) return 4 + 16 + 2;
  if (type === types.name) return 4 + 1 + nameLength + 2;
  return 'wrong';
}

/** A reply of two bytes, the first of which is known. */
function pairFrom(first: number): (bytes: Buffer) => 2 | 'wrong' {
  return (bytes) => (bytes[0] === first ? 2 : 'wrong');
}
