import { DropError } from '../../errors.ts';
import { isBlankBody } from '../../fetch/answer/blank-body.ts';
import { isUnstatedPart, meaningOf } from '../../fetch/answer/status.ts';
import type { FetchResult } from '../../fetch/types.ts';

/** Why an answer that is no error holds nothing to read; `undefined` for a page. */
export function notAPage({ url, status, headers, body }: FetchResult): DropError | undefined {
  const range = headers['content-range'];
  const meaning = meaningOf(status, range);
  if (meaning.is === 'empty')
    return new DropError('NO_CONTENT', `${url} answered ${status}, ${meaning.what}`);
  if (isBlankBody(body)) {
    const what = body.length === 0 ? 'an empty body' : 'nothing but white space';
    return new DropError('NO_CONTENT', `${url} answered ${status} with ${what}`);
  }
  return status !== 206 && range !== undefined && isUnstatedPart(range, body.length)
    ? new DropError(
        'RESPONSE_INVALID',
        `${url} answered ${status} with a part of the page, unasked (${range})`,
      )
    : undefined;
}
