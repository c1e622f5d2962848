import type { Code, DropError, RetryError } from '../../errors.ts';
import type { PageRequest } from '../../model.ts';
import { makeVisit, type Visit } from '../make-visit.ts';

/** How often in a row the proxies may fail a request before an attempt is counted. */
const maxProxyFailures = 10;

const unsentCodes = new Set<Code>(['PROXY_FAILED', 'PROXY_REFUSED']);
/** No proxy can be used, and waiting does not help. */
const haltingCodes = new Set<Code>(['PROXY_AUTH', 'PROXY_PRIVATE', 'PROXIES_DOWN']);

/** Does the code tell of proxies alone? */
export function isOfProxies(code: Code): boolean {
  return unsentCodes.has(code) || haltingCodes.has(code) || code === 'PROXY_LOST';
}

/**
 * The visit of a request that no proxy brought to its host: it goes on and keeps its attempts, or the run is paused.
 * `undefined` where an attempt is to be counted: nothing of the proxies was at fault, or they failed it too often.
 */
export function visitWithoutProxy(
  request: PageRequest,
  error: RetryError | DropError,
  now: number,
  delayMs: (failures: number) => number,
): Visit | undefined {
  const { code, message } = error;
  if (haltingCodes.has(code)) {
    const visit = makeVisit(request, { end: 'retry', code, message });
    return { ...visit, retry: request, halt: { code, message, at: now } };
  }
  if (!unsentCodes.has(code)) return undefined;
  const visit = makeVisit(request, { end: 'retry', code, message });
  const askedAt = 'retryAt' in error ? error.retryAt : undefined;
  // All are left alone for a while, this request's proxy among them: its own failures were counted before.
  if (askedAt !== undefined) return { ...visit, retry: { ...request, notBefore: askedAt }, lacksProxy: true };
  const failures = (request.proxyFailures ?? 0) + 1;
  if (failures > maxProxyFailures) return undefined;
  const notBefore = Math.ceil(now + delayMs(failures - 1));
  return { ...visit, retry: { ...request, proxyFailures: failures, notBefore } };
}
