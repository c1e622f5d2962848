import type { Page } from '../../extract/types.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import type { RunContext } from '../run-context.ts';

/** The answer to a request as the extraction gets it. */
export function pageOf(run: RunContext, request: PageRequest, result: FetchResult): Page {
  const page: Page = {
    url: request.url,
    label: request.label,
    status: result.status,
    contentType: result.headers['content-type'] ?? '',
    body: result.body,
    fetchedAt: new Date(result.startedAt).toISOString(),
    depth: request.depth,
  };
  const { document, documentBase, documentCharset } = result;
  if (document !== undefined) page.document = document;
  if (documentBase !== undefined) page.documentBase = documentBase;
  if (documentCharset !== undefined) page.documentCharset = documentCharset;
  Object.assign(page, kindOf(request).pageParts(request, run.job));
  const language = result.headers['content-language'];
  if (language !== undefined) page.contentLanguage = language;
  if (request.referrer !== undefined) page.referrer = request.referrer;
  return page;
}
