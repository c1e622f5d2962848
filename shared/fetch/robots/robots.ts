import { type Code, type DropError, RetryError, SpinneretError } from '../../errors.ts';
import type { RobotsRecord } from '../../model.ts';
import { makeFetchError } from '../fetch-error.ts';
import type { FetchCall, Fetcher, FetchResult } from '../types.ts';
import { keepFirstLines } from './robots-rules.ts';

export { crawlDelayMs, isAllowed, parseRobots, type Robots, refusedUses } from './robots-rules.ts';

/** RFC 9309 section 2.3.1.2 requires at least five. */
const MAX_REDIRECTS = 5;
type RobotsCall = Pick<FetchCall, 'signal' | 'session'>;

/** More than is kept, so that a long file is cut instead of refused. */
const MAX_FETCHED_BYTES = 10 * 1_024 * 1_024;

/**
 * Fetches `<origin>/robots.txt`, following up to five redirects, also to other hosts. `unreachable` for 5xx, 429
 * and every failure to get an answer, with the reason. Throws only when the caller's signal aborted it, and
 * PROXY_… where no proxy led to the host.
 */
export async function fetchRobots(
  fetcher: Pick<Fetcher, 'fetch'>,
  origin: string,
  now: number,
  call: RobotsCall = {},
): Promise<RobotsRecord> {
  try {
    const result = await followRedirects(fetcher, new URL('/robots.txt', origin).href, call);
    const state = result.redirect === undefined ? interpretRobotsStatus(result.status) : 'absent';
    return { fetchedAt: now, state, body: state === 'found' ? keepFirstLines(result.body) : '' };
  } catch (error) {
    const isAborted = call.signal?.aborted === true;
    if (isAborted || !(error instanceof SpinneretError)) throw error;
    // Of the host it says nothing, and other jobs use no such proxy.
    if (/^PROX(Y|IES)_/.test(error.code)) throw error;
    const state = interpretFailure(error);
    return { fetchedAt: now, state, body: '', ...(state === 'unreachable' ? causeOf(error) : {}) };
  }
}

function causeOf(error: SpinneretError): Pick<RobotsRecord, 'cause' | 'againAt'> {
  const againAt = error instanceof RetryError ? error.retryAt : undefined;
  return { cause: `${error.code}: ${error.message}`, ...(againAt === undefined ? {} : { againAt }) };
}

/** Codes with which nothing else of such a host could be fetched either. */
const hostFailures = new Set<string>([
  'DNS_FAILED',
  'CONNECT_FAILED',
  'CONNECT_TIMEOUT',
  'TLS_FAILED',
  'ADDRESS_REFUSED',
]);

/** The bounds of the time after which an unreachable robots.txt is fetched again. */
const unreachableForMs = { min: 5_000, max: 60_000 };

/** Epoch ms until which an unreachable robots.txt is not fetched again: as the host asks, within bounds. */
export function unreachableUntil({ fetchedAt, againAt = 0 }: RobotsRecord): number {
  const { min, max } = unreachableForMs;
  return Math.min(Math.max(againAt, fetchedAt + min), fetchedAt + max);
}

/**
 * The error of a host's pages while its robots.txt is unreachable: ROBOTS_UNREACHABLE, with the reason; where the
 * host itself cannot be reached, the code of that.
 */
export function unreachableError(origin: string, record: RobotsRecord): RetryError | DropError {
  const [, code = '', message = ''] = /^(\w+): (.*)$/s.exec(record.cause ?? '') ?? [];
  const options = { retryAt: unreachableUntil(record) };
  if (hostFailures.has(code)) return makeFetchError(code as Code, message, options);
  const why = record.cause === undefined ? '' : `: ${record.cause}`;
  return makeFetchError('ROBOTS_UNREACHABLE', `robots.txt of ${origin} is unreachable${why}`, options);
}

/**
 * What a status means for robots.txt after redirects (RFC 9309 section 2.3.1): 2xx found; 4xx absent, which allows
 * everything, as does a 3xx without a target; 5xx unreachable, which allows nothing. 429 and 202 are unreachable,
 * too: the server is overloaded or not ready, and the file may exist.
 */
export function interpretRobotsStatus(status: number): RobotsRecord['state'] {
  if (status >= 200 && status < 300 && status !== 202) return 'found';
  return status >= 500 || status === 429 || status === 202 ? 'unreachable' : 'absent';
}

/** The first answer that is no redirect, or the last redirect allowed. */
async function followRedirects(
  fetcher: Pick<Fetcher, 'fetch'>,
  url: string,
  call: RobotsCall,
  redirects = 0,
): Promise<FetchResult> {
  const result = await fetcher.fetch({ url }, { ...call, maxBodyBytes: MAX_FETCHED_BYTES });
  if (result.redirect === undefined || redirects === MAX_REDIRECTS) return result;
  return followRedirects(fetcher, result.redirect, call, redirects + 1);
}

function interpretFailure({ code }: SpinneretError): RobotsRecord['state'] {
  // A challenge comes with a status below 500, and stands in place of the pages, too.
  if (code === 'REDIRECT_INVALID' || code === 'BLOCKED') return 'absent';
  return code.startsWith('HTTP_') ? interpretRobotsStatus(Number(code.slice('HTTP_'.length))) : 'unreachable';
}
