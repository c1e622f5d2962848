import type { LookupAddress } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';
import { DropError, RetryError } from '../../errors.ts';
import { isLoopback } from '../../schema/host-names.ts';
import { guardLookup, isPublicAddress, requireAddress } from '../connections/address-guard.ts';
import { toFetchError } from '../fetch-error.ts';
import { connectByHttp } from './http-connect.ts';
import type { NamedProxy } from './proxy.ts';
import { connectBySocks5 } from './socks5.ts';
import type { Traffic } from './traffic.ts';

/** How a job uses its proxies. */
export interface Proxying {
  /** Proxies are at addresses of the public internet alone. */
  arePublicOnly: boolean;
  resolve: 'here' | 'proxy';
  traffic: Traffic;
  makeConnector: typeof makeTunnelConnector;
}

/** What connections through proxies share with all others. */
export interface ConnectorParts {
  /** Checks the addresses of hosts, as the job wants it. */
  lookup: LookupFunction;
  /** Checks nothing. */
  lookupAny: LookupFunction;
  isPublicOnly: boolean;
  /** 0 means none. */
  timeoutMs: number;
  /** Begins TLS over a connection; `route` tells its sessions from those of other ways to the same host. */
  secure(target: Target, over: { socket: Socket; route: string; isTunnel: boolean }): TLSSocket;
}

type Connector = buildConnector.connector;
type FetchError = RetryError | DropError;
type Target = buildConnector.Options;

/** A proxy may have a way to one of the host's addresses, and none to another, such as of IPv6. */
const maxAddresses = 2;

/**
 * Opens connections through a proxy by CONNECT or SOCKS5, for http and https alike. In place of undici's ProxyAgent and
 * Socks5ProxyAgent (8.12), which ask a proxy for the name, so that nobody here knows where it leads, and forward http
 * without a tunnel. The host is resolved and checked here and the proxy is asked for the address; SNI, certificate and
 * Host are those of the name. Errors are `RetryError` PROXY_… where the proxy is at fault or may be, else those of the
 * host.
 */
export function makeTunnelConnector(parts: ConnectorParts, proxying: Proxying, proxy: NamedProxy): Connector {
  return (target, callback) => {
    const opening = beginOpening(parts.timeoutMs, proxy, target.hostname);
    open(parts, proxying, proxy, target, opening).then(
      (socket) => {
        opening.end();
        callback(null, socket);
      },
      (error: unknown) => {
        opening.end();
        opening.socket?.destroy();
        callback(toProxyError(opening.timeout ?? error, proxy, target.hostname, opening.stage), null);
      },
    );
  };
}

/** The connection that is being opened, of which there is one at a time. */
interface Opening {
  socket?: Socket;
  /** What is waited for: the look-up of the host, the proxy, its answer to where it is to lead, what lies behind it. */
  stage: 'host' | 'proxy' | 'asked' | 'tunnel';
  timeout?: RetryError;
  end(): void;
}

const timeoutCodes = {
  host: 'CONNECT_TIMEOUT',
  proxy: 'PROXY_FAILED',
  asked: 'PROXY_REFUSED',
  tunnel: 'PROXY_REFUSED',
} as const;

function beginOpening(timeoutMs: number, proxy: NamedProxy, host: string): Opening {
  const opening: Opening = { stage: 'host', end: () => clearTimeout(timer) };
  const onTimeout = (): void => {
    const name = opening.stage === 'host' ? '' : `${proxy.name}: `;
    const message = `${name}no way to ${host} within ${timeoutMs} ms`;
    opening.timeout = new RetryError(timeoutCodes[opening.stage], message);
    opening.socket?.destroy(opening.timeout);
  };
  const timer = timeoutMs > 0 ? setTimeout(onTimeout, timeoutMs) : undefined;
  return opening;
}

async function open(
  parts: ConnectorParts,
  proxying: Proxying,
  proxy: NamedProxy,
  target: Target,
  opening: Opening,
): Promise<Socket> {
  const isTls = target.protocol === 'https:';
  const port = Number(target.port) || (isTls ? 443 : 80);
  const addresses = await addressesOf(parts, proxying, target.hostname);
  opening.stage = 'proxy';
  const tunnel = await tunnelToOne(parts, proxying, proxy, addresses, port, opening);
  opening.stage = 'tunnel';
  if (!isTls) return tunnel;
  const secured = parts.secure(target, { socket: tunnel, route: proxy.name, isTunnel: true });
  opening.socket = secured;
  await settled(secured, 'secureConnect');
  return secured;
}

/** What the proxy is asked for: addresses that were checked, those of IPv4 first, since many proxies have no others. */
async function addressesOf(
  { lookup, isPublicOnly }: ConnectorParts,
  { resolve }: Proxying,
  hostname: string,
): Promise<string[]> {
  if (isIP(hostname) !== 0) {
    if (!isPublicOnly || isPublicAddress(hostname)) return [hostname];
    throw new DropError('ADDRESS_REFUSED', `${hostname} is not a public address`);
  }
  if (resolve === 'proxy') {
    if (!isPublicOnly || !isLoopback({ hostname })) return [hostname];
    throw new DropError('ADDRESS_REFUSED', `${hostname} is a name of the proxy's own machine`);
  }
  const found = await lookUp(lookup, hostname);
  return found.toSorted((a, b) => a.family - b.family).map(({ address }) => address);
}

function lookUp(lookup: LookupFunction, hostname: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, found) => {
      if (error) reject(toFetchError(error, hostname, 'connecting'));
      else resolve(found as LookupAddress[]);
    });
  });
}

async function tunnelToOne(
  parts: ConnectorParts,
  proxying: Proxying,
  proxy: NamedProxy,
  addresses: string[],
  port: number,
  opening: Opening,
): Promise<Socket> {
  let refused: unknown;
  for (const address of addresses.slice(0, maxAddresses)) {
    try {
      const socket = await connectToProxy(parts, proxying, proxy, opening);
      const onAsked = (): void => void Object.assign(opening, { stage: 'asked' });
      await handshakes[proxy.address.scheme](socket, proxy, { host: address, port, onAsked });
      return socket;
    } catch (error) {
      const isRefused = error instanceof RetryError && error.code === 'PROXY_REFUSED';
      if (!isRefused || opening.timeout !== undefined) throw error;
      opening.socket?.destroy();
      opening.stage = 'proxy';
      refused = error;
    }
  }
  throw refused;
}

const handshakes = { http: connectByHttp, https: connectByHttp, socks5: connectBySocks5 } as const;

const tcpKeepAliveMs = 60_000;
const tcpBufferBytes = 64 * 1_024;
/** As for all connections: Node's own is too short for addresses on the other side of the world. */
const nextAddressMs = 1_000;

async function connectToProxy(
  parts: ConnectorParts,
  { arePublicOnly, traffic }: Proxying,
  proxy: NamedProxy,
  opening: Opening,
): Promise<Socket> {
  const { hostname, port, scheme } = proxy.address;
  if (arePublicOnly && isIP(hostname) !== 0 && !isPublicAddress(hostname)) throw privateProxy(proxy);
  const lookup = arePublicOnly ? guardLookup(parts.lookupAny) : requireAddress(parts.lookupAny);
  const buffers = { highWaterMark: tcpBufferBytes };
  const ways = { host: hostname, port, lookup, autoSelectFamilyAttemptTimeout: nextAddressMs };
  const tcp = connectTcp({ ...ways, ...buffers });
  tcp.setNoDelay(true).setKeepAlive(true, tcpKeepAliveMs);
  traffic.watch(tcp);
  opening.socket = tcp;
  if (opening.timeout !== undefined) tcp.destroy(opening.timeout);
  await settled(tcp, 'connect');
  if (arePublicOnly && !isPublicAddress(tcp.remoteAddress ?? '')) throw privateProxy(proxy);
  if (scheme !== 'https') return tcp;
  const target: Target = { hostname, port: String(port), protocol: 'https:' };
  const tls = parts.secure(target, { socket: tcp, route: 'proxy', isTunnel: false });
  opening.socket = tls;
  await settled(tls, 'secureConnect');
  return tls;
}

function privateProxy({ name }: NamedProxy): RetryError {
  return new RetryError('PROXY_PRIVATE', `${name} is not at a public address`);
}

/** Resolves with the event, rejects where the socket ends before. */
function settled(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    // Afterwards errors are undici's to hear, and those of a connection below another one nobody's.
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
  });
}

/**
 * What keeps a request from being sent: the host's are its name and its certificate, and the proxy's is all else, since
 * nobody can tell which of the two closed a connection.
 */
function toProxyError(error: unknown, proxy: NamedProxy, host: string, stage: Opening['stage']): FetchError {
  if (stage === 'host') return toFetchError(error, host, 'connecting');
  const isProxys = error instanceof RetryError && error.code.startsWith('PROXY_');
  if (isProxys) return error;
  const known = toFetchError(error, stage === 'tunnel' ? host : proxy.name, 'connecting');
  if (stage === 'tunnel' && known.code === 'TLS_FAILED') return known;
  if (known.code === 'ADDRESS_REFUSED') return privateProxy(proxy);
  if (stage === 'proxy') return new RetryError('PROXY_FAILED', known.message, { cause: error });
  // As where the proxy says that it does not reach the host: nobody can tell which of the two let it end or waits.
  const message = `${proxy.name}: the way to the host ended: ${known.message}`;
  return new RetryError('PROXY_REFUSED', message, { cause: error });
}
