import { DropError, RetryError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import { readerOf } from '../../sources/readers.ts';
import { makeVisit, type Visit } from '../make-visit.ts';
import { visitWithoutProxy } from '../proxies/visit-without-proxy.ts';
import { retryDelayMs, retryRuleOf, whatNext } from './retry.ts';
import type { VisitContext } from './visit-context.ts';

/** The visit of a request whose fetch or extraction threw. Errors that are not the site's are thrown again. */
export function failVisit(
  context: VisitContext,
  request: PageRequest,
  error: unknown,
  result?: FetchResult,
): Visit {
  if (!(error instanceof RetryError || error instanceof DropError)) throw error;
  const { id, job } = context.run;
  const [, status] = /^HTTP_(\d{3})$/.exec(error.code) ?? [];
  const end = status === undefined ? undefined : pastEnd(context, request, Number(status), result);
  if (end !== undefined) return end;
  // Where robots.txt is obeyed, the gate has read it, so another request has failed.
  const isUnread = error instanceof DropError && job.politeness.robots === 'ignore';
  const fallback = isUnread ? readerOf(request).fallbacks(request) : [];
  if (fallback.length > 0) return { ...makeVisit(request, { end: 'stored' }, result), links: fallback };
  const pauseMs = (failures: number) =>
    retryDelayMs(id, { ...request, attempt: failures }, retryRuleOf(job, request), job.politeness.maxDelayMs);
  const withoutProxy = visitWithoutProxy(request, error, context.now(), pauseMs);
  if (withoutProxy !== undefined) return withoutProxy;
  const { code = error.code, pauseUntil, retry } = whatNext(id, job, request, error, context.now());
  const visit = makeVisit(
    request,
    { code, message: error.message, end: retry === undefined ? 'failed' : 'retry' },
    result,
  );
  if (retry !== undefined) visit.retry = retry;
  if (pauseUntil !== undefined) visit.pauseUntil = pauseUntil;
  return visit;
}

/** An answer without content, or an error, which means that the list has ended with the pages before. */
export function pastEnd(
  { run }: VisitContext,
  request: PageRequest,
  status: number,
  result?: FetchResult,
): Visit | undefined {
  const message = readerOf(request).pastEnd(request, status, run.job);
  if (message === undefined) return undefined;
  return makeVisit(request, { status, end: 'skipped', code: 'REST_ENDED', message }, result);
}
