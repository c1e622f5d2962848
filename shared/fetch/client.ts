import type { LookupFunction } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Dispatcher } from 'undici';
import { RetryError } from '../errors.ts';
import type { TimedJob } from '../job/fetch-timeout.ts';
import type { Job } from '../job/schema.ts';
import { guardConnector, guardLookup, requireAddress } from './address-guard.ts';
import { readAnswer } from './answer.ts';
import { makeConnections } from './connections.ts';
import { ACCEPT_ENCODING } from './decompress.ts';
import { makeFetchError, toFetchError } from './fetch-error.ts';
import type { Fetcher, FetchResult } from './types.ts';
import { buildConnector, Pool } from './undici.cjs';
import { watchConnection } from './watch-connection.ts';

type Limits = 'connectTimeoutMs' | 'headersTimeoutMs' | 'bodyTimeoutMs' | 'timeoutMs' | 'maxBodyBytes';

/** A timeout of 0 means none. */
export interface FetcherOptions extends Pick<TimedJob['fetch'], Limits> {
  /** `public`: connects only to addresses of the public internet. */
  network: Job['network'];
  /** Headers for this origin, names in lower case; those of a request replace them. */
  headersFor(origin: string): Record<string, string>;
  /** Sent with every request. No header can replace it, since robots.txt is obeyed under this name. */
  userAgent: string;
  /** Offer HTTP/2 to https hosts. @default true */
  http2?: boolean;
  /** Connections to one host. @default unlimited: a request that waits for a connection would miss its turn */
  connectionsPerHost?: number;
  /** Certificates (PEM) to trust instead of the built-in ones. */
  ca?: string;
  /** Resolves host names. @default dns.lookup */
  lookup?: LookupFunction;
  /** Epoch ms. @default Date.now */
  now?: () => number;
}

/** Sites keep an idle connection for 5 s or more; undici closes it earlier if they say so. */
const KEEP_ALIVE_MS = 10_000;
/** Node's default of 16 KiB is less than some sites send in cookies and policies. */
const MAX_HEADER_BYTES = 64 * 1_024;
/** Node's default of 250 ms is too short for addresses on the other side of the world. */
const NEXT_ADDRESS_MS = 1_000;

type Request = Parameters<Fetcher['fetch']>[0];

/** Makes a fetcher with connections of its own. It uses no proxy, whatever the environment says. */
export function makeFetcher(options: FetcherOptions): Fetcher {
  const connections = makeConnections(makeOpen(options));
  const now = options.now ?? Date.now;
  const headOf = makeHeads(options);
  const fetchInTurn: Fetcher['fetchInTurn'] = async (request, call) => {
    const url = parseUrl(request.url);
    const [startedAt, started] = [now(), performance.now()];
    const maxBodyBytes = call.maxBodyBytes ?? options.maxBodyBytes;
    const reader = readAnswer({
      url,
      maxBodyBytes,
      now,
      startBy: call.startBy,
      readsErrors: call.readsErrors ?? false,
    });
    // The request may be aborted while it waits for a connection.
    reader.result.catch(() => undefined);
    const cancelLimits = limitTime(reader.abort, url, options.timeoutMs, call.signal);
    // `closed` never rejects.
    void reader.closed.then(cancelLimits);
    const { dispatcher, release } = await connections.take(url.origin);
    void reader.closed.then(release);
    if (call.signal?.aborted !== true) {
      dispatcher.dispatch(dispatchOptions(url, request, headOf, call.cookies), reader.handler);
    }
    const answer = await reader.result;
    if (answer === 'late') return answer;
    return { url: request.url, ...answer, ms: performance.now() - started, startedAt } satisfies FetchResult;
  };
  return {
    fetchInTurn,
    async fetch(request, call = {}) {
      const answer = await fetchInTurn(request, { ...call, startBy: Number.POSITIVE_INFINITY });
      if (answer === 'late') throw makeFetchError('TIMEOUT', `${request.url}: never too late`);
      return answer;
    },
    // Requests under way fail with CONNECTION_LOST.
    close: () => connections.destroy(),
  };
}

function makeOpen(options: FetcherOptions): (origin: string) => Dispatcher {
  const connect = makeConnector(options);
  return (origin) => {
    const pool = new Pool(origin, {
      connect,
      connections: options.connectionsPerHost ?? null,
      allowH2: options.http2 ?? true,
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.bodyTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    pool.on('connect', (_origin, targets) => watchConnection(targets.at(-1) ?? pool, MAX_HEADER_BYTES));
    return pool;
  };
}

function makeConnector(options: FetcherOptions): buildConnector.connector {
  const isPublicOnly = options.network === 'public';
  const lookup = isPublicOnly ? guardLookup(options.lookup) : requireAddress(options.lookup);
  const plain = buildConnector({
    timeout: options.connectTimeoutMs,
    allowH2: options.http2 ?? true,
    preferH2: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    lookup,
    ...(options.ca !== undefined && { ca: options.ca }),
  });
  const connect = isPublicOnly ? guardConnector(plain) : plain;
  // The code is set here, since afterwards a reset during connecting looks like one during an answer.
  return (target, callback) => {
    connect(target, (...[error, socket]) => {
      if (error) callback(toFetchError(error, target.hostname, 'connecting'), null);
      else callback(null, socket);
    });
  };
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

function dispatchOptions(
  url: URL,
  request: Request,
  headOf: HeadOf,
  cookies: string | undefined,
): Dispatcher.DispatchOptions {
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
