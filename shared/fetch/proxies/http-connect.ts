import type { Socket } from 'node:net';
import { RetryError } from '../../errors.ts';
import { authorityOf } from '../../schema/proxy-address.ts';
import { readHead } from '../answer/response-head.ts';
import type { NamedProxy } from './proxy.ts';
import { readReply } from './read-reply.ts';

/** Where a proxy is to lead. */
export interface Wanted {
  /** An address, or a name. */
  host: string;
  port: number;
  onAsked(): void;
}

/** What proxies say in a head is little. */
const maxHeadBytes = 16 * 1_024;

/**
 * Asks a proxy for a tunnel to the host (RFC 9110 §9.3.6), which may be for any protocol. Throws `RetryError`
 * PROXY_AUTH or PROXY_REFUSED by the status, PROXY_FAILED for what is no answer. What a proxy says beside its status is not
 * repeated, since it may echo a password. `onAsked` is called when the proxy knows the host.
 */
export async function connectByHttp(
  socket: Socket,
  proxy: NamedProxy,
  { host, port, onAsked }: Wanted,
): Promise<void> {
  const target = authorityOf(host, port);
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorizationOf(proxy)}\r\n`);
  onAsked();
  const status = await readStatus(socket, proxy);
  if (status >= 200 && status < 300) return;
  if (status === 407 || status === 401) {
    throw new RetryError(
      'PROXY_AUTH',
      `${proxy.name} answered ${status}: it does not take user and password`,
    );
  }
  throw new RetryError('PROXY_REFUSED', `${proxy.name} answered ${status} to CONNECT ${target}`);
}

function authorizationOf({ address: { user, password = '' } }: NamedProxy): string {
  if (user === undefined) return '';
  return `Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}\r\n`;
}

/** The status of the final answer: interim ones come before it (RFC 9110 §15.2). */
async function readStatus(socket: Socket, proxy: NamedProxy): Promise<number> {
  const bytes = await readReply(socket, proxy, lengthOfFinal, maxHeadBytes);
  return statusOf(lastHead(bytes));
}

/** The final head of the bytes, or what there is of it. */
function lastHead(bytes: Buffer): Buffer {
  let from = bytes;
  for (let head = readHead(from); head.state === 'read' && isInterim(head.text); head = readHead(from)) {
    from = from.subarray(head.bytes);
  }
  return from;
}

function lengthOfFinal(bytes: Buffer): number | 'unknown' | 'wrong' {
  const from = lastHead(bytes);
  const head = readHead(from);
  if (head.state !== 'read') return head.state === 'wrong' ? 'wrong' : 'unknown';
  // Of a refusal the rest is not read: its connection is closed.
  if (!isSuccess(statusOf(from))) return bytes.length;
  return bytes.length - from.length + head.bytes;
}

function statusOf(head: Buffer): number {
  const found = readHead(head);
  return found.state === 'read' ? Number(/^HTTP\/1\.\d (\d{3})/.exec(found.text)?.[1]) : 0;
}

function isInterim(head: string): boolean {
  return /^HTTP\/1\.\d 1\d\d/.test(head);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
