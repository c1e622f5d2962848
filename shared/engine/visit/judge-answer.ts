import { DropError, RetryError } from '../../errors.ts';
import type { RuledOut } from '../../extract/types.ts';
import { challengeByBody, challengeByHeaders } from '../../fetch/answer/challenge.ts';
import { contentKindOf } from '../../fetch/answer/content-type.ts';
import { errorOfStatus } from '../../fetch/answer/status-error.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import { isDownload } from '../../sources/sources.ts';
import type { RunContext } from '../run-context.ts';
import { notAPage } from './not-a-page.ts';
import { pageOf } from './page-of.ts';

/**
 * Why an answer that is whole, and no redirect, is not what was asked for. The first that speaks decides: a challenge
 * in place of the page, what the job calls a failure (`retryIf`), its status, an answer that holds nothing. An error
 * that an `unless` names is no failure. `undefined`: it is read, and judged by what it holds (`visit-page.ts`).
 * Whether it is whole has been decided where it was received (`shared/fetch/answer/answer.ts`). `now`: epoch ms.
 */
export function faultOf(
  run: RunContext,
  request: PageRequest,
  result: FetchResult,
  now: number,
): RetryError | DropError | RuledOut | undefined {
  // Who has kept a body has judged it.
  if (result.file !== undefined) return undefined;
  // A file is no page of the label that names it.
  const ofLabel = isDownload(request.kind)
    ? undefined
    : () => softError(run, request, result) ?? expectedError(run, request, result);
  return (
    challenged(result) ??
    ofLabel?.() ??
    errorOfStatus(result.url, result.status, result.headers, now) ??
    notAPage(result)
  );
}

/** Of which statuses the bodies of errors are needed to judge a request's answer. */
export function errorsToRead(run: RunContext, { kind, label }: PageRequest): (status: number) => boolean {
  if (isDownload(kind)) return mayBeChallenge;
  if (run.extractor.softErrors.has(label)) return anyStatus;
  const expected = run.extractor.expectedErrors.get(label)?.statuses;
  if (expected === undefined) return mayBeChallenge;
  return (status) => expected.has(status) || mayBeChallenge(status);
}

const anyStatus = () => true;

/** Not of those by which a site says that a page is gone, or that it is broken, of which a crawl meets many. */
function mayBeChallenge(status: number): boolean {
  const isRefusal = status >= 400 && status < 500 && status !== 404 && status !== 410;
  return isRefusal || status === 503 || status === 202;
}

/** A challenge in place of the page, by its headers or its body. */
export function challenged({ url, status, headers, body }: FetchResult): DropError | undefined {
  const challenger =
    (status === 202 || status >= 400) && status < 500 ? challengeByHeaders(headers) : undefined;
  if (challenger !== undefined) {
    return new DropError('BLOCKED', `${url} answered ${status}, a challenge of ${challenger}`);
  }
  const kind = contentKindOf(headers['content-type'] ?? '');
  if (kind !== 'html' && kind !== 'unknown') return undefined;
  const service = challengeByBody(body);
  return service === undefined
    ? undefined
    : new DropError('BLOCKED', `${url} answered with a challenge of ${service} in place of the page`);
}

/** A page that says that it failed, with whatever status, by the rule of its label. */
function softError(run: RunContext, request: PageRequest, result: FetchResult): RetryError | undefined {
  const shows = run.extractor.softErrors.get(request.label);
  if (shows === undefined || !shows(pageOf(run, request, result))) return undefined;
  const message = `${result.url} answered ${result.status} with what pages.${request.label}.retryIf describes`;
  return new RetryError('SOFT_ERROR', message);
}

/** An error by its status that is an outcome of its own to the job (`unless`). */
function expectedError(run: RunContext, request: PageRequest, result: FetchResult): RuledOut | undefined {
  const expected = run.extractor.expectedErrors.get(request.label);
  return expected?.statuses.has(result.status) ? expected.judge(pageOf(run, request, result)) : undefined;
}
