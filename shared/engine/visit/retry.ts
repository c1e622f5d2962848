import { type Code, type DropError, RetryError } from '../../errors.ts';
import type { RetryRule } from '../../job/retry-schema.ts';
import type { Job } from '../../job/schema.ts';
import type { PageRequest } from '../../model.ts';
import { retryableCodes } from '../../schema/retryable-codes.ts';
import { kindOf } from '../../sources/sources.ts';
import { digestOf } from '../ids.ts';

const defaultDelayMs = 1_000;

/**
 * Codes after which it is unknown whether the service has answered, and billed it: a repeated request is paid for
 * again.
 */
const mayBeBilled = new Set<string>([
  'TIMEOUT',
  'HEADERS_TIMEOUT',
  'BODY_TIMEOUT',
  'CONNECTION_LOST',
  'BODY_CORRUPT',
  'PROXY_LOST',
]);

const unfinishedCodes = new Set<string>(['HANDLER_UNSTARTED', 'FILE_UNREAD', 'FILE_UNFINISHED']);

/** What becomes of a request that has failed. */
export interface AfterFailure {
  /** The request as it is tried again; it has failed for good where there is none. */
  retry?: PageRequest;
  /** The host asked for a pause until then (epoch ms). */
  pauseUntil?: number;
  /** Of a failure that is another one than the error's own. */
  code?: Code;
}

/**
 * The decision about a request that has failed, a function of what is passed: whether it is tried again, by the list of
 * its label or job, by the pause that its host asked for, and by its kind's attempts; and when.
 */
export function whatNext(
  run: string,
  job: Job,
  request: PageRequest,
  error: RetryError | DropError,
  now: number,
): AfterFailure {
  const rule = retryRuleOf(job, request);
  if (!isRetried(error, rule)) return {};
  const { maxDelayMs } = job.politeness;
  const askedAt = error instanceof RetryError ? error.retryAt : undefined;
  const retryAt = askedAt ?? now + retryDelayMs(run, request, rule, maxDelayMs);
  // Only an answer asks for a pause; an unreachable host is tried again at a time of our own.
  const isAskedFor = askedAt !== undefined && error.code.startsWith('HTTP_');
  if (isAskedFor && retryAt > now + maxDelayMs) return { code: 'RETRY_AFTER_TOO_LONG' };
  const pause = isAskedFor ? { pauseUntil: retryAt } : {};
  // What had no time to begin has had no attempt, and what goes on where it was cut off has not failed.
  const hadNoTurn = unfinishedCodes.has(error.code);
  const attempt = hadNoTurn ? request.attempt : request.attempt + 1;
  if (attempt >= kindOf(request).attempts(request, error, job)) return pause;
  const { isPaid, proxyFailures: _, ...unpaid } = request;
  const paid = isPaid && !mayBeBilled.has(error.code) ? { isPaid } : {};
  return { ...pause, retry: { ...unpaid, ...paid, attempt, notBefore: Math.ceil(retryAt) } };
}

/** The retries of the request's label, and for what it does not say those of the job. */
export function retryRuleOf({ fetch, pages }: Job, { label }: Pick<PageRequest, 'label'>): RetryRule {
  return { ...fetch.retry, ...pages[label]?.retry };
}

/**
 * Is a request that failed so to be tried again, as far as the failure goes? By the list of its label or job; without
 * one, and for failures that no list can name, as the catalogue says.
 */
export function isRetried(error: RetryError | DropError, { on }: RetryRule): boolean {
  const [, digits] = /^HTTP_(\d{3})$/.exec(error.code) ?? [];
  const isNameable = digits !== undefined || (retryableCodes as readonly string[]).includes(error.code);
  if (on === undefined || !isNameable) return error instanceof RetryError;
  return on.some((entry) => entry === error.code || String(entry) === digits || entry === `${digits?.[0]}xx`);
}

/**
 * The pause before the next attempt, milliseconds: anywhere between none and a bound that doubles with each attempt
 * ("full jitter": AWS Architecture Blog, Exponential Backoff And Jitter). Where in between is a function of the request,
 * so that a repeated step comes to the same.
 */
export function retryDelayMs(
  run: string,
  { url, attempt }: Pick<PageRequest, 'url' | 'attempt'>,
  { delayMs = defaultDelayMs }: RetryRule,
  maxDelayMs: number,
): number {
  const boundMs = Math.min(maxDelayMs, delayMs * 2 ** attempt);
  return boundMs * fractionOf(`${run} ${url} ${attempt}`);
}

/** From 0 to 1, evenly over texts. */
function fractionOf(text: string): number {
  return Buffer.from(digestOf(text), 'base64url').readUInt32BE(0) / 2 ** 32;
}
