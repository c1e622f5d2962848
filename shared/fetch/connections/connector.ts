import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  type DetailedPeerCertificate,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import type { buildConnector } from 'undici';
import { makeFetchError, toFetchError } from '../fetch-error.ts';
import type { NamedProxy } from '../proxies/proxy.ts';
import type { ConnectorParts, Proxying } from '../proxies/tunnel-connector.ts';
import { guardConnector, guardLookup, requireAddress } from './address-guard.ts';
import { keepLookups } from './lookups.ts';
import type { TlsIdentity, TlsIdentityOf } from './tls-identity.ts';
import { makeTlsSessions, type TlsSessions } from './tls-sessions.ts';

export interface ConnectorOptions {
  /** Connects only to addresses of the public internet. */
  isPublicOnly: boolean;
  http2: boolean;
  /** 0 means none. */
  timeoutMs: number;
  ca?: string;
  /** Of hosts with authorities or client certificates of their own. */
  tlsOf?: TlsIdentityOf;
  lookup?: LookupFunction;
  /** Of a job with proxies. */
  proxying?: Proxying;
}

/** A connector of all direct connections, or of those through a proxy. */
export type Connectors = (proxy?: NamedProxy) => buildConnector.connector;

type Connector = buildConnector.connector;
type Target = buildConnector.Options;

/** Node's default of 250 ms is too short for addresses on the other side of the world. */
const NEXT_ADDRESS_MS = 1_000;
/** As undici has them: what TLS can take at once, and what streams of files use. */
const TLS_BUFFER_BYTES = 16 * 1_024;
const TCP_BUFFER_BYTES = 64 * 1_024;
const TCP_KEEP_ALIVE_MS = 60_000;

/**
 * Opens connections for undici's clients, one set of authorities for all of them but hosts with their own. In place
 * of undici's own, which makes a TLS context for every connection and keys sessions by host name alone. A session is
 * resumed for the same host, port, server name, authorities and client certificate, so that whoever has another
 * certificate is always shown it. Addresses are looked up once for a while, and checked on each connection. Errors
 * have codes of the catalogue.
 */
export function makeConnectors(options: ConnectorOptions): Connectors {
  const now = () => performance.now();
  const lookups = keepLookups(now, options.lookup);
  const { isPublicOnly, timeoutMs } = options;
  const lookup = isPublicOnly ? guardLookup(lookups.lookup) : requireAddress(lookups.lookup);
  const secure = makeSecure(options, lookup, makeTlsSessions(now));
  const open: Connector = (target, callback) => {
    const isTls = target.protocol === 'https:';
    const socket = isTls ? secure(target) : connectTcp(tcpOptions(target, 80, lookup));
    socket.setNoDelay(true).setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    awaitOpen(socket, isTls ? 'secureConnect' : 'connect', target, timeoutMs, callback);
  };
  const guarded = isPublicOnly ? guardConnector(open) : open;
  // The code is set here, since afterwards a reset during connecting looks like one during an answer.
  const direct: Connector = (target, callback) => {
    guarded(target, (...[error, socket]) => {
      if (error === null) return callback(null, socket as Socket);
      lookups.forget(target.hostname);
      callback(toFetchError(error, target.hostname, 'connecting'), null);
    });
  };
  const { proxying } = options;
  if (proxying === undefined) return () => direct;
  const parts: ConnectorParts = { lookup, lookupAny: lookups.lookup, isPublicOnly, timeoutMs, secure };
  const byProxy = new Map<NamedProxy, Connector>();
  return (proxy) => {
    if (proxy === undefined) return direct;
    const connector = byProxy.get(proxy) ?? proxying.makeConnector(parts, proxying, proxy);
    byProxy.set(proxy, connector);
    return connector;
  };
}

function tcpOptions({ hostname, port }: Target, defaultPort: number, lookup: LookupFunction) {
  return {
    host: hostname,
    port: Number(port) || defaultPort,
    lookup,
    highWaterMark: TCP_BUFFER_BYTES,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
  };
}

/** A connection that TLS is spoken over, to a proxy or through one. */
type TlsBelow = Parameters<ConnectorParts['secure']>[1];

function makeSecure(
  { ca, tlsOf, http2 }: ConnectorOptions,
  lookup: LookupFunction,
  sessions: TlsSessions,
): (target: Target, over?: TlsBelow) => TLSSocket {
  const contextFor = keepContexts(ca);
  const protocols = http2 ? ['h2', 'http/1.1'] : ['http/1.1'];
  return (target, over) => {
    const tcp = tcpOptions(target, 443, lookup);
    const identity = tlsOf?.(tcp.host, tcp.port);
    const servername = target.servername || (isIP(target.hostname) === 0 ? target.hostname : '');
    // Through another proxy, a session would show that it is the same client.
    const key = `${tcp.host} ${tcp.port} ${servername} ${identity?.id ?? ''} ${over?.route ?? ''}`;
    const session = sessions.take(key);
    const options = {
      ...tcp,
      highWaterMark: TLS_BUFFER_BYTES,
      secureContext: contextFor(identity),
      servername,
      ALPNProtocols: over?.isTunnel === false ? ['http/1.1'] : protocols,
      ...(over === undefined ? {} : { socket: over.socket }),
      ...(session !== undefined && { session }),
      checkServerIdentity: (host: string) => checkIdentity(host, socket),
    };
    const socket: TLSSocket = connectTls(options);
    // Node would turn the whole chain into objects, of which the names of the first certificate alone are read.
    socket.getPeerCertificate = () => noCertificate;
    socket.on('session', (given) => sessions.keep(key, given, socket.getProtocol()));
    return socket;
  };
}

/** One for each set of authorities and client certificate, made for its first connection: that takes a while. */
function keepContexts(ca: string | undefined): (identity: TlsIdentity | undefined) => SecureContext {
  const contexts = new Map<string, SecureContext>();
  return (identity) => {
    const kept = contexts.get(identity?.id ?? '');
    if (kept !== undefined) return kept;
    const { id = '', ...own }: Partial<TlsIdentity> = identity ?? {};
    const context = createSecureContext({ ...(ca === undefined ? {} : { ca }), ...own });
    contexts.set(id, context);
    return context;
  };
}

const noCertificate = {} as DetailedPeerCertificate;

/** As `tls.checkServerIdentity` decides. */
function checkIdentity(host: string, socket: TLSSocket): Error | undefined {
  const certificate = socket.getPeerX509Certificate();
  const byNames = checkServerIdentity(host, {
    ...noCertificate,
    subjectaltname: certificate?.subjectAltName ?? '',
  });
  if (byNames === undefined || certificate === undefined) return byNames;
  // The name of the subject counts where there are no others, and the error shows the certificate.
  return checkServerIdentity(host, certificate.toLegacyObject());
}

function awaitOpen(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  { hostname, port }: Target,
  timeoutMs: number,
  callback: buildConnector.Callback,
): void {
  let isSettled = false;
  const onTimeout = () => {
    const { autoSelectFamilyAttemptedAddresses: attempted = [] } = socket;
    const addresses = attempted.length === 0 ? '' : ` (tried ${attempted.join(', ')})`;
    const message = `${hostname}: not connected to port ${port} within ${timeoutMs} ms${addresses}`;
    socket.destroy(makeFetchError('CONNECT_TIMEOUT', message));
  };
  const timer = timeoutMs > 0 ? setTimeout(onTimeout, timeoutMs) : undefined;
  socket.once(event, () => {
    clearTimeout(timer);
    if (isSettled) return;
    isSettled = true;
    callback(null, socket);
  });
  // Afterwards errors are undici's to hear.
  socket.on('error', (error: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    // An alert, such as that a client certificate is required, may follow the handshake (RFC 8446 §6). The end of the
    // connection, which follows it, would hide it.
    if (isSettled && error.code?.startsWith('ERR_SSL_') && !socket.destroyed) socket.destroy(error);
    if (isSettled) return;
    isSettled = true;
    callback(error, null);
  });
}
