import type { LookupFunction } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Dispatcher } from 'undici';
import { DropError, RetryError } from '../errors.ts';
import type { TimedJob } from '../job/fetch-timeout.ts';
import type { Job } from '../job/schema.ts';
import { readAnswer } from './answer/answer.ts';
import { ACCEPT_ENCODING } from './answer/decompress.ts';
import { type ConnectionBudget, makeConnectionBudget } from './connections/connection-budget.ts';
import { type Connections, makeConnections } from './connections/connections.ts';
import { makeConnectors } from './connections/connector.ts';
import type { TlsIdentityOf } from './connections/tls-identity.ts';
import { makeFetchError } from './fetch-error.ts';
import type { Proxying } from './proxies/tunnel-connector.ts';
import { sendAnyTime } from './send-any-time.ts';
import type { RequestSigner } from './signing/request-signer.ts';
import type { Fetcher, FetchResult, RequestAsSent } from './types.ts';

type Limits = 'connectTimeoutMs' | 'headersTimeoutMs' | 'bodyTimeoutMs' | 'timeoutMs' | 'maxBodyBytes';

/** A timeout of 0 means none. */
export interface FetcherOptions extends Pick<TimedJob['fetch'], Limits> {
  /** `public`: connects only to addresses of the public internet. */
  network: Job['network'];
  /** Headers for this origin, names in lower case; those of a request replace them. */
  headersFor(origin: string): Record<string, string>;
  /** Sent with every request. No header can replace it, since robots.txt is obeyed under this name. */
  userAgent: string;
  /** Signs every request as it is about to be sent. @default none is signed */
  signer?: RequestSigner;
  /** Offer HTTP/2 to https hosts. @default true */
  http2?: boolean;
  /** Connections to one host. @default unlimited: a request that waits for a connection would miss its turn */
  connectionsPerHost?: number;
  /** Shared by all fetchers of a process. @default one of its own */
  budget?: ConnectionBudget;
  /** Certificates (PEM) to trust instead of the built-in ones. */
  ca?: string;
  /** Authorities and client certificates of hosts that have their own. @default none has */
  tlsOf?: TlsIdentityOf;
  /** Resolves host names. @default dns.lookup */
  lookup?: LookupFunction;
  /** For calls with a proxy. @default there are none */
  proxying?: Proxying;
  /** Epoch ms. @default Date.now */
  now?: () => number;
}

/** Most sites keep an idle connection for 5 to 75 s; undici closes it earlier if they say so. */
const KEEP_ALIVE_MS = 60_000;
/** Node's default of 16 KiB is less than some sites send in cookies and policies. */
const MAX_HEADER_BYTES = 64 * 1_024;

type Request = Parameters<Fetcher['fetch']>[0];

/** Makes a fetcher with connections of its own. It uses no proxy but that of a call, whatever the environment says. */
export function makeFetcher(options: FetcherOptions): Fetcher {
  const connections = openConnections(options);
  const now = options.now ?? Date.now;
  const headOf = makeHeads(options);
  const { signer } = options;
  const fetchInTurn: Fetcher['fetchInTurn'] = async (request, call) => {
    const url = parseUrl(request.url);
    const [startedAt, started] = [now(), performance.now()];
    const maxBodyBytes = call.maxBodyBytes ?? options.maxBodyBytes;
    const reader = readAnswer({
      url,
      maxBodyBytes,
      now,
      startBy: call.startBy,
      onSent: call.onSent,
      readsErrors: call.readsErrors ?? false,
      sink: call.sink,
    });
    // The request may be aborted while it waits for a connection.
    reader.result.catch(() => undefined);
    const cancelLimits = limitTime(reader.abort, url, options.timeoutMs, call.signal);
    // `closed` never rejects.
    void reader.closed.then(cancelLimits);
    const lease = await connections.take(url.origin, reader.mayStart, call.proxy).catch(reader.abort);
    if (lease !== undefined) void reader.closed.then(lease.release);
    let outgoing: Outgoing | undefined;
    if (reader.mayStart()) {
      const unsigned = dispatchOptions(url, request, headOf, call.cookies);
      outgoing = signer === undefined ? { dispatch: unsigned } : trySign(signer, url, unsigned, reader.abort);
      if (outgoing !== undefined) lease?.client.dispatch(outgoing.dispatch, reader.handler);
    }
    const answer = await reader.result.catch((error: unknown) => {
      const isStale = isRepeatable(request) && reader.isUnanswered() && lease?.wasStale() === true;
      if (isStale) return 'late' as const;
      throw error;
    });
    if (answer === 'late') return answer;
    const timed = { url: request.url, ms: performance.now() - started, startedAt };
    const result: FetchResult = Object.assign(answer, timed);
    if (outgoing?.base !== undefined) result.signed = outgoing.base;
    if (call.wantsSent === true && outgoing !== undefined) result.sent = sentOf(outgoing.dispatch);
    return result;
  };
  return {
    fetchInTurn,
    fetch: sendAnyTime(fetchInTurn),
    expect: connections.expect,
    // Requests under way fail with CONNECTION_LOST.
    close: () => connections.destroy(),
  };
}

function openConnections(options: FetcherOptions): Connections {
  const http2 = options.http2 ?? true;
  const { connectTimeoutMs, ca, tlsOf, lookup, connectionsPerHost, proxying } = options;
  const connectors = makeConnectors({
    isPublicOnly: options.network === 'public',
    http2,
    timeoutMs: connectTimeoutMs,
    ...(ca !== undefined && { ca }),
    ...(tlsOf !== undefined && { tlsOf }),
    ...(lookup !== undefined && { lookup }),
    ...(proxying !== undefined && { proxying }),
  });
  const client = {
    connect: connectors(),
    allowH2: http2,
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.bodyTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  return makeConnections({
    clientFor: (proxy) => (proxy === undefined ? client : { ...client, connect: connectors(proxy) }),
    budget: options.budget ?? makeConnectionBudget(),
    ...(connectionsPerHost !== undefined && { maxPerHost: connectionsPerHost }),
  });
}

/** May it be sent again where nobody knows whether the server has it (RFC 9110 §9.2.2)? */
function isRepeatable({ method = 'GET' }: Request): boolean {
  return method === 'GET';
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw makeFetchError('URL_INVALID', `${text.slice(0, 200)} is not an absolute http or https URL`);
}

/** Aborts when the time is up or the caller aborts. Returns a function that cancels both. */
function limitTime(
  abort: (error: Error) => void,
  { host }: URL,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): () => void {
  const onTimeout = () => abort(makeFetchError('TIMEOUT', `${host}: not done within ${timeoutMs} ms`));
  const onSignal = () => {
    const options = { cause: signal?.reason };
    abort(new RetryError('CONNECTION_LOST', `${host}: aborted by the caller`, options));
  };
  const timer = timeoutMs > 0 ? setTimeout(onTimeout, timeoutMs) : undefined;
  if (signal?.aborted) onSignal();
  else signal?.addEventListener('abort', onSignal, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onSignal);
  };
}

type HeadOf = (origin: string, own: Record<string, string> | undefined) => Record<string, string>;

/** Most requests of an origin have the same headers, which are merged once. */
const maxHeads = 1_000;

function makeHeads(options: FetcherOptions): HeadOf {
  const heads = new Map<string, Record<string, string>>();
  return (origin, own) => {
    if (own !== undefined) return makeHead(options, origin, own);
    const kept = heads.get(origin);
    if (kept !== undefined) return kept;
    const head = makeHead(options, origin, {});
    if (heads.size >= maxHeads) heads.clear();
    heads.set(origin, head);
    return head;
  };
}

function makeHead(
  { headersFor, userAgent }: FetcherOptions,
  origin: string,
  own: Record<string, string>,
): Record<string, string> {
  return {
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'accept-encoding': ACCEPT_ENCODING,
    ...headersFor(origin),
    ...lowerCased(own),
    'user-agent': userAgent,
  };
}

interface Outgoing {
  dispatch: Dispatched;
  /** What was signed. */
  base?: string;
}

/** The request as it is sent, signed; `undefined`: it cannot be signed, and was aborted for that. */
function trySign(
  signer: RequestSigner,
  url: URL,
  unsigned: Dispatched,
  abort: (error: DropError) => void,
): Outgoing | undefined {
  const { method, path, headers, body } = unsigned;
  try {
    const signed = signer({ method, url, path, fields: Object.entries(headers), body });
    return { dispatch: { ...unsigned, headers: { ...headers, ...signed.headers } }, base: signed.base };
  } catch (error) {
    if (!(error instanceof DropError)) throw error;
    abort(error);
    return undefined;
  }
}

function sentOf({ method, path, headers, body }: Dispatched): RequestAsSent {
  return { method, path, headers, ...(body === undefined ? {} : { body }) };
}

type Dispatched = Dispatcher.DispatchOptions & { headers: Record<string, string>; body?: string };

function dispatchOptions(
  url: URL,
  request: Request,
  headOf: HeadOf,
  cookies: string | undefined,
): Dispatched {
  const { origin, href } = url;
  const { method = 'GET', headers, body } = request;
  const head = headOf(origin, headers);
  const sent = cookies === undefined || cookies === '' ? head : withCookies(head, cookies);
  const options = { origin, path: pathOf(href), method, headers: sent };
  return body === undefined ? options : { ...options, body };
}

/** From the serialised URL, since `URL.search` is empty for a bare `?`, which is another address to the server. */
function pathOf(href: string): string {
  const hash = href.indexOf('#');
  return href.slice(href.indexOf('/', href.indexOf('://') + 3), hash === -1 ? href.length : hash);
}

function withCookies(head: Record<string, string>, cookies: string): Record<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of [head['cookie'] ?? '', cookies].join(';').split(';')) {
    const text = pair.trim();
    if (text !== '') pairs.set(text.split('=', 1)[0] ?? '', text);
  }
  return { ...head, cookie: [...pairs.values()].join('; ') };
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
