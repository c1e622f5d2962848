import { SpinneretError } from '../errors.ts';
import { keepFirstLines } from './robots-rules.ts';
import type { FetchCall, Fetcher, FetchResult, RobotsRecord } from './types.ts';

export { crawlDelayMs, isAllowed, parseRobots, type Robots } from './robots-rules.ts';

/** RFC 9309 section 2.3.1.2 asks for at least five. */
const MAX_REDIRECTS = 5;
/** More than is kept, so that a long file is cut instead of refused. */
const MAX_FETCHED_BYTES = 10 * 1_024 * 1_024;

/**
 * Fetches `<origin>/robots.txt`, following up to five redirects, to other hosts too. `unreachable` for
 * 5xx, 429 and every failure to get an answer. Throws only when the caller's signal aborted it.
 */
export async function fetchRobots(
  fetcher: Fetcher,
  origin: string,
  now: number,
  call: Pick<FetchCall, 'signal'> = {},
): Promise<RobotsRecord> {
  try {
    const result = await followRedirects(fetcher, new URL('/robots.txt', origin).href, call);
    const state = result.redirect === undefined ? interpretRobotsStatus(result.status) : 'absent';
    return { fetchedAt: now, state, body: state === 'found' ? keepFirstLines(result.body) : '' };
  } catch (error) {
    const isAborted = call.signal?.aborted === true;
    if (isAborted || !(error instanceof SpinneretError)) throw error;
    return { fetchedAt: now, state: interpretFailure(error), body: '' };
  }
}

/**
 * What a status says about robots.txt, once redirects are followed (RFC 9309 section 2.3.1): 2xx found;
 * 4xx absent, which allows everything, and so does a 3xx that leads nowhere; 5xx unreachable, which
 * allows nothing. So is 429: the server is in trouble, the file is not missing.
 */
export function interpretRobotsStatus(status: number): RobotsRecord['state'] {
  if (status >= 200 && status < 300) return 'found';
  return status >= 500 || status === 429 ? 'unreachable' : 'absent';
}

/** The first answer that is no redirect, or the redirect after the last one allowed. */
async function followRedirects(
  fetcher: Fetcher,
  url: string,
  call: Pick<FetchCall, 'signal'>,
  redirects = 0,
): Promise<FetchResult> {
  const result = await fetcher.fetch({ url }, { ...call, maxBodyBytes: MAX_FETCHED_BYTES });
  if (result.redirect === undefined || redirects === MAX_REDIRECTS) return result;
  return followRedirects(fetcher, result.redirect, call, redirects + 1);
}

function interpretFailure({ code }: SpinneretError): RobotsRecord['state'] {
  if (code === 'REDIRECT_INVALID') return 'absent';
  return code.startsWith('HTTP_') ? interpretRobotsStatus(Number(code.slice('HTTP_'.length))) : 'unreachable';
}
