import { type DropError, RetryError } from '../../errors.ts';
import type { RetryRule } from '../../job/retry-schema.ts';
import type { Job } from '../../job/schema.ts';
import type { PageRequest } from '../../model.ts';
import { retryableCodes } from '../../schema/retryable-codes.ts';
import { digestOf } from '../ids.ts';

const defaultDelayMs = 1_000;

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
