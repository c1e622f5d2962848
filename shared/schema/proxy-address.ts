import { isIP } from 'node:net';
import type { z } from 'zod';
import { findPlaceholders, hiddenText, withStandIns } from './secrets.ts';

/** The protocols in which a proxy can be asked, each with its port where none is written. */
const defaultPorts = { http: 80, https: 443, socks5: 1_080 } as const;

/** Where a proxy is, how it is asked, and who asks. */
export interface ProxyAddress {
  scheme: keyof typeof defaultPorts;
  /** IPv6 without brackets. */
  hostname: string;
  port: number;
  user?: string;
  password?: string;
}

/** What is wrong with an address, as a clause that repeats nothing of it: it may hold a password. */
export interface ProxyFault {
  fault: string;
}

const forms =
  'a proxy such as http://proxy.example.com:8080, https://…, socks5://…, or HOST:PORT:USER:PASSWORD';

/**
 * Reads `scheme://user:password@host:port`, the same without scheme or user, and the `host:port:user:password` of many
 * lists. User and password may be percent-encoded; a `%` that encodes nothing stands for itself.
 */
export function readProxyAddress(text: string): ProxyAddress | ProxyFault {
  const [, scheme = 'http', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text.trim()) ?? [];
  const [known] = (['http', 'https', 'socks5'] as const).filter((name) => name === scheme.toLowerCase());
  if (known === undefined) return { fault: faultOfScheme(scheme.toLowerCase()) };
  const { user, password, authority } = partsOf(rest);
  const parsed = /[/?#@\s]/.test(authority) ? null : URL.parse(`http://${authority}/`);
  if (parsed === null || authority === '') return { fault: forms };
  const port = Number(/:(\d+)$/.exec(authority)?.[1] ?? defaultPorts[known]);
  if (port === 0) return { fault: `${forms}; there is no port 0` };
  const hostname = parsed.hostname.replace(/^\[|\]$/g, '');
  const credentials = { ...(user === undefined ? {} : { user, password: password ?? '' }) };
  const tooLong = known === 'socks5' && [user, password].some((part = '') => Buffer.byteLength(part) > 255);
  if (tooLong) return { fault: 'user and password of 255 bytes at most, as SOCKS5 has them (RFC 1929)' };
  if (known !== 'socks5' && user?.includes(':')) {
    return { fault: 'a user without ":", which Basic authentication cannot send (RFC 7617)' };
  }
  return { scheme: known, hostname, port, ...credentials };
}

function faultOfScheme(scheme: string): string {
  if (scheme === 'socks5h') return 'socks5://, with resolve: proxy if the proxy is to resolve names';
  if (scheme.startsWith('socks')) return 'socks5://, the one version of SOCKS that is spoken';
  return forms;
}

function partsOf(rest: string): { user?: string; password?: string; authority: string } {
  const [, host, user, password] = /^([^:@\s]+:\d+):([^:@]*):(.*)$/s.exec(rest) ?? [];
  if (host !== undefined && user !== undefined && password !== undefined) {
    return { user, password, authority: host };
  }
  const at = rest.lastIndexOf('@');
  const authority = rest.slice(at + 1).replace(/\/$/, '');
  if (at === -1) return { authority };
  const [, name = '', , secret = ''] = /^([^:]*)(:(.*))?$/s.exec(rest.slice(0, at)) ?? [];
  return { user: decoded(name), password: decoded(secret), authority };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `host:port`, with the brackets of IPv6: the authority form of RFC 9112 §3.2.3. */
export function authorityOf(hostname: string, port: number): string {
  return `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
}

/** An entry that is one variable may hold a whole list. */
export function isListVariable(text: string): boolean {
  return /^\s*\$\{env:[^{}]*\}\s*$/.test(text);
}

/** A refinement for proxies in a job. */
export function checkProxy(text: string, context: z.core.$RefinementCtx): void {
  const message = faultOfProxy(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
}

/** A refinement for the proxy of a session, of which accounts of a pool may give values. */
export function checkProxyOfSession(text: string, context: z.core.$RefinementCtx): void {
  checkProxy(text.replaceAll('${account:', '${env:account:'), context);
}

/** What is wrong with a proxy as a job has it: passwords have to be placeholders, since a run keeps a copy of its job. */
export function faultOfProxy(text: string): string | undefined {
  if (isListVariable(text)) return undefined;
  const read = readProxyAddress(withStandIns(text, '1', '1'));
  if ('fault' in read) return read.fault;
  const { password = '' } = partsOf(text.trim().replace(/^[a-z0-9+.-]+:\/\//i, ''));
  if (password === '' || findPlaceholders(password).length > 0) return undefined;
  return hiddenText('a password');
}
