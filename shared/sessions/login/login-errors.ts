import { HaltError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import { shownUrl } from './wire-request.ts';

/** The check of a login does not hold for the answer that it came to. */
export function refused({ url, status }: FetchResult, why: string): HaltError {
  return new HaltError('LOGIN_REFUSED', `the login ended at ${shownUrl(url)} with status ${status}; ${why}`);
}

/** Before anything is sent to an origin that the session does not name. */
export function elsewhere(url: string): HaltError {
  const message = `${originOf(url)} is none of the session’s hosts, or no https address; nothing was sent to it`;
  return new HaltError('LOGIN_ELSEWHERE', message);
}

/** An answer 307 or 308 to what the login sent, whether the other origin is one of the session's hosts or not. */
export function carriedOn(status: number, url: string): HaltError {
  const message = `the answer ${status} would carry what the login sends on to ${originOf(url)}, another origin; nothing was sent to it`;
  return new HaltError('LOGIN_ELSEWHERE', message);
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}
