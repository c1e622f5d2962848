import { DropError } from '../errors.ts';
import { isScriptShell } from '../extract/script-shell.ts';
import type { Extraction, Page, Undecided } from '../extract/types.ts';
import { isEmpty, withoutValues } from '../extract/without-values.ts';
import type { FetchResult } from '../fetch/types.ts';
import type { Item, PageFact, PageRequest } from '../model.ts';
import type { Paging } from '../sources/kind.ts';
import { sourceFault } from '../sources/seed.ts';
import { kindOf } from '../sources/sources.ts';
import { selectAllLinks, selectPageLinks } from './links.ts';
import { factOf, makeVisit, type Visit } from './make-visit.ts';
import { canonicalElsewhere, moveRequest } from './redirects.ts';
import type { RunContext } from './run-context.ts';
import type { VisitContext } from './visit-context.ts';

/** Extracts items and links from a page of the run. Throws `DropError` for a page that cannot be extracted. */
export async function visitPage(
  context: VisitContext,
  request: PageRequest,
  result: FetchResult,
  { next, repeats, faults: sourceFaults }: Paging,
): Promise<Visit> {
  const { run } = context;
  const faults = sourceFaults.map((fault) => sourceFault(factOf(request), fault));
  if (repeats !== undefined) {
    const fact = { end: 'skipped' as const, code: 'REST_REPEATED', message: repeats };
    return { ...makeVisit(request, fact, result), otherFacts: faults };
  }
  const extraction = await run.extractor.extract(pageOf(run, request, result));
  const elsewhere = canonicalElsewhere(run, request, extraction);
  if (elsewhere !== undefined && (await (context.mayYield?.(request.url, elsewhere) ?? true))) {
    const { cookies: _, ...plain } = request;
    return moveRequest(run, plain, elsewhere, {
      redirect: elsewhere,
      end: 'skipped',
      code: 'CANONICAL_ELSEWHERE',
    });
  }
  const { items, isShell } = judged(run, request, result, extraction);
  const origin = { request, batch: context.batch, onRefused: context.onRefusedLink };
  const select = extraction.moreLinks === undefined ? selectPageLinks : selectAllLinks;
  const { requests, known, counts, undecided } = await select(run, context.gate, origin, extraction);
  const links = requests.length + known.length;
  const end: Partial<PageFact> = isShell
    ? { end: 'failed', code: 'JS_SHELL', message: 'it has no text of its own, and scripts to fill it' }
    : { end: 'stored' };
  return {
    ...makeVisit(request, { ...end, items: items.length, links }, result),
    otherFacts: [...faults, ...undecided.map((url) => undecidedFact(request, url))],
    items,
    links: next.length === 0 ? requests : [...requests, ...next],
    known,
    linkCounts: counts,
  };
}

/**
 * Checks the items of a page: one without any value is never complete, and of a shell for scripts one that lacks any
 * field is not complete either.
 */
function judged(
  run: RunContext,
  request: PageRequest,
  result: FetchResult,
  { items, links }: Extraction,
): { items: Item[]; isShell: boolean } {
  const lacks = (item: Item) => item.missing !== undefined || Object.values(item.fields).some(isEmpty);
  const mayBeShell =
    kindOf(request).reads === 'document' && links.length === 0 && (items.length === 0 || items.some(lacks));
  const isShell = mayBeShell && isScriptShell(pageOf(run, request, result));
  const kept = isShell ? items.filter((item) => !withoutValues(item)) : items;
  return { items: kept.map((item) => (isShell || withoutValues(item) ? incomplete(item) : item)), isShell };
}

/** Each field without a value counts as missing, required or not. */
function incomplete(item: Item): Item {
  const empty = Object.keys(item.fields).filter((field) => isEmpty(item.fields[field]));
  const missing = [...new Set([...(item.missing ?? []), ...empty])];
  return missing.length === 0 ? item : { ...item, missing };
}

/** For a page that is no part of a list. */
export const onlyPage: Paging = { next: [], faults: [] };

/** A link that no pattern could decide on does not affect its page. */
export function undecidedFact(request: PageRequest, { url, message }: Undecided): PageFact {
  return { ...sourceFault(factOf(request), new DropError('REGEX_TIMEOUT', message)), url };
}

export function pageOf(run: RunContext, request: PageRequest, result: FetchResult): Page {
  return {
    url: request.url,
    label: request.label,
    ...kindOf(request).pageParts(request, run.job),
    status: result.status,
    contentType: result.headers['content-type'] ?? '',
    body: result.body,
    fetchedAt: new Date(result.startedAt).toISOString(),
    depth: request.depth,
    ...(request.referrer === undefined ? {} : { referrer: request.referrer }),
  };
}
