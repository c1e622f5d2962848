import { DropError, RetryError } from '../../errors.ts';
import { challengeByBody } from '../../fetch/answer/challenge.ts';
import { contentKindOf } from '../../fetch/answer/content-type.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import type { RunContext } from '../run-context.ts';
import { notAPage } from './not-a-page.ts';
import { pageOf } from './visit-page.ts';

/**
 * Why an answer that is whole, and no redirect, is not what was asked for. The first that speaks decides: a challenge in
 * place of the page, what the job calls a failure (`retryIf`), an answer that holds nothing. `undefined`: it is read.
 * Whether it is whole, and no error by its status or its headers, has been decided where it was received
 * (`shared/fetch/answer/answer.ts`).
 */
export function faultOf(
  run: RunContext,
  request: PageRequest,
  result: FetchResult,
): RetryError | DropError | undefined {
  return challenged(result) ?? softError(run, request, result) ?? notAPage(result);
}

/** A challenge in place of the page, by its body. */
export function challenged({ url, headers, body }: FetchResult): DropError | undefined {
  const kind = contentKindOf(headers['content-type'] ?? '');
  if (kind !== 'html' && kind !== 'unknown') return undefined;
  const service = challengeByBody(body);
  return service === undefined
    ? undefined
    : new DropError('BLOCKED', `${url} answered with a challenge of ${service} in place of the page`);
}

/** A page that says with a good status that it failed, by the rule of its label. */
function softError(run: RunContext, request: PageRequest, result: FetchResult): RetryError | undefined {
  const shows = run.extractor.softErrors.get(request.label);
  if (shows === undefined || !shows(pageOf(run, request, result))) return undefined;
  const message = `${result.url} answered ${result.status} with what pages.${request.label}.retryIf describes`;
  return new RetryError('SOFT_ERROR', message);
}
