import { type DropError, isBusyStatus, type RetryError } from '../../errors.ts';
import { makeFetchError } from '../fetch-error.ts';
import { challengeByHeaders } from './challenge.ts';
import { parseRetryAfter } from './retry-after.ts';
import { meaningOf } from './status.ts';

/**
 * The error that an answer is by its status; `undefined` where it is the resource, or has no content. `headers`: names in
 * lower case. `now`: epoch ms, for Retry-After.
 */
export function errorOfStatus(
  url: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  now: number,
): RetryError | DropError | undefined {
  const meaning = meaningOf(status, headers['content-range']);
  if (meaning.is === 'page' || meaning.is === 'empty') return undefined;
  const { host } = new URL(url);
  const challenger = status < 500 ? challengeByHeaders(headers) : undefined;
  if (challenger !== undefined) {
    return makeFetchError('BLOCKED', `${host} answered ${status}, a challenge of ${challenger}`);
  }
  if (meaning.is === 'other') {
    return makeFetchError('RESPONSE_INVALID', `${url} answered ${status}, ${meaning.what}`);
  }
  const retryAt = isBusyStatus(status) ? parseRetryAfter(headers['retry-after'], now) : undefined;
  return makeFetchError(
    `HTTP_${status}`,
    `${host} answered ${status}`,
    retryAt === undefined ? {} : { retryAt },
  );
}
