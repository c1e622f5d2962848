import { DropError } from '../../errors.ts';
import { directivesOf, type PageDirectives } from '../../extract/links/page-directives.ts';
import type { Extraction, RuledOut, Undecided } from '../../extract/types.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Counts, PageFact, PageRequest } from '../../model.ts';
import type { Paging } from '../../sources/kind.ts';
import { sourceFault } from '../../sources/seed.ts';
import { kindOf } from '../../sources/sources.ts';
import { add, addAll } from '../counts.ts';
import { factOf, makeVisit, type Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';
import { familyOf } from '../traps/families.ts';
import { filesOfItems } from './item-files.ts';
import { requestsOfItems } from './item-requests.ts';
import { judgeItems } from './judge-items.ts';
import { countLacking } from './lacking.ts';
import { type LinkSelection, selectAllLinks, selectPageLinks } from './links.ts';
import { pageOf } from './page-of.ts';
import { canonicalElsewhere, moveRequest } from './redirects.ts';
import type { VisitContext } from './visit-context.ts';

/**
 * Extracts items and links from a page of the run. `reused`: what was extracted before, of a page that was answered 304. Throws
 * `DropError` for a page that cannot be extracted.
 */
export async function visitPage(
  context: VisitContext,
  request: PageRequest,
  result: FetchResult,
  { next, repeats, faults: sourceFaults }: Paging,
  reused?: Extraction,
): Promise<Visit> {
  const { run } = context;
  const faults = sourceFaults.map((fault) => sourceFault(factOf(request), fault));
  if (repeats !== undefined) {
    const fact = { end: 'skipped' as const, code: 'REST_REPEATED', message: repeats };
    return { ...makeVisit(request, fact, result), otherFacts: faults };
  }
  const page = pageOf(run, request, result);
  const extracting = reused ?? run.extractor.extract(page, context.mustEnd);
  // Few pages are waited for: a promise would cost each of the others a microtask.
  const extraction = extracting instanceof Promise ? await extracting : extracting;
  if (extraction.ruledOut !== undefined) {
    return { ...ruledOutVisit(request, result, extraction.ruledOut), otherFacts: faults, links: next };
  }
  if (extraction.unasked !== undefined) {
    const fact = { end: 'skipped' as const, code: 'OTHER_KIND', message: extraction.unasked };
    return { ...makeVisit(request, fact, result), otherFacts: faults, links: next };
  }
  const elsewhere = canonicalElsewhere(run, request, extraction);
  if (elsewhere !== undefined && (await (context.mayYield?.(request.url, elsewhere) ?? true))) {
    const { cookies: _, ...plain } = request;
    return moveRequest(run, plain, elsewhere, {
      redirect: elsewhere,
      end: 'skipped',
      code: 'CANONICAL_ELSEWHERE',
    });
  }
  const directives = directivesFor(context, request, result);
  const { items, isShell } = judgeItems(run, request, result, extraction);
  const selecting = directives.nofollow ? refuseAll(extraction) : selectLinks(context, request, extraction);
  const { requests, known, counts, undecided } = selecting instanceof Promise ? await selecting : selecting;
  const files = filesOfItems(run, request, directives.noindex ? [] : items);
  const stored = files.items;
  const made = requestsOfItems(run, request, stored);
  const isRendered = result.document !== undefined;
  const end = endOf(directives, { isShell, isRendered }, onlyItemOf(run, request, extraction));
  addAll(counts, made.counts);
  addAll(counts, files.counts);
  addAll(counts, countsOfRuledOut(request, extraction));
  if (end.end === 'stored') addAll(counts, countLacking(run.job, request, extraction));
  const further = [...made.requests, ...files.requests];
  const links = requests.length + known.length + made.requests.length;
  const fact = { ...end, items: stored.length, links, fetchedAt: page.fetchedAt };
  const visit: Visit = {
    ...makeVisit(request, { ...fact, ...familyFacts(run, request) }, result),
    otherFacts: [
      ...faults,
      ...faultsOfParts(request, extraction),
      ...made.facts,
      ...undecided.map((url) => undecidedFact(request, url)),
    ],
    items: stored,
    links: next.length + further.length === 0 ? requests : [...requests, ...further, ...next],
    known,
    linkCounts: counts,
  };
  if (context.history === undefined) return visit;
  const seen = { request, answer: result, extraction, isReused: reused !== undefined };
  const isFree = !directives.nofollow && !mayEnd(context, request, result);
  return context.history.compare(visit, { ...seen, isFree }, context.sessions?.of(request)?.name);
}

/** Whether the page asks not to be kept from some time on (`unavailable_after`). */
function mayEnd(context: VisitContext, request: PageRequest, result: FetchResult): boolean {
  return directivesFor({ ...context, now: () => Number.POSITIVE_INFINITY }, request, result).noindex;
}

function selectLinks(
  { run, gate, batch, onRefusedLink }: VisitContext,
  request: PageRequest,
  extraction: Extraction,
): LinkSelection | Promise<LinkSelection> {
  const origin = { request, batch, onRefused: onRefusedLink };
  const select = extraction.moreLinks === undefined ? selectPageLinks : selectAllLinks;
  return select(run, gate, origin, extraction);
}

/** Only a page that leads on can be part of a trap, and it has links then. */
function familyFacts({ job }: RunContext, request: PageRequest): Pick<PageFact, 'family' | 'barrenSteps'> {
  if (job.scope.traps !== 'cut' || kindOf(request).lists !== 'nothing') return {};
  const family = familyOf(request.url, request.referrer);
  if (family === undefined) return {};
  const { barrenFamily, barrenSteps = 1 } = request;
  return barrenFamily === family ? { family, barrenSteps } : { family };
}

/** The visit of a page that is none of its label, by what it shows. */
export function ruledOutVisit(request: PageRequest, result: FetchResult, ruledOut: RuledOut): Visit {
  const visit = makeVisit(request, { ...endOfRuledOut(ruledOut), items: 0, links: 0 }, result);
  return {
    ...visit,
    linkCounts: { ...visit.linkCounts, [`ruledOut:${request.label}:${ruledOut.reason}`]: 1 },
  };
}

function endOfRuledOut({ message }: RuledOut): Partial<PageFact> {
  return { end: 'skipped', code: 'RULED_OUT', message };
}

/** Of a page whose items are judged by their fields, each item that was left out. */
function countsOfRuledOut({ label }: PageRequest, { itemsRuledOut = [] }: Extraction): Counts {
  const counts: Counts = {};
  for (const { reason } of itemsRuledOut) {
    add(counts, 'itemsRuledOut');
    add(counts, `ruledOut:${label}:${reason}`);
  }
  return counts;
}

/** The condition that left out the only item of a page that is no list: so it ends as a page that shows one does. */
function onlyItemOf(
  { job }: RunContext,
  request: PageRequest,
  { items, itemsRuledOut = [] }: Extraction,
): RuledOut | undefined {
  const { each, rows } = job.pages[request.label] ?? {};
  const isList = (each ?? rows) !== undefined || kindOf(request).lists !== 'nothing';
  const [first, second] = itemsRuledOut;
  return isList || items.length > 0 || second !== undefined ? undefined : first;
}

function endOf(
  { noindex }: PageDirectives,
  { isShell, isRendered }: { isShell: boolean; isRendered: boolean },
  onlyItem: RuledOut | undefined,
): Partial<PageFact> {
  if (noindex) return { end: 'skipped', code: 'NOINDEX', message: 'it asks not to be kept (noindex)' };
  if (isShell) {
    const message = isRendered
      ? 'it has no text, though a browser has run its scripts'
      : 'it has no text of its own, and scripts to fill it';
    return { end: 'failed', code: 'JS_SHELL', message };
  }
  return onlyItem === undefined ? { end: 'stored' } : endOfRuledOut(onlyItem);
}

const noDirectives: PageDirectives = { noindex: false, nofollow: false };

/** APIs and sitemaps carry X-Robots-Tag so that search engines do not list them, whoever may read them. */
function directivesFor(
  { run: { job }, now }: VisitContext,
  request: PageRequest,
  result: FetchResult,
): PageDirectives {
  const { robotsMeta, userAgent } = job.politeness;
  if (robotsMeta !== 'obey' || kindOf(request).lists !== 'nothing') return noDirectives;
  return directivesOf(result, result.headers, userAgent, now());
}

/** No link of the page is followed. */
function refuseAll({ links, moreLinks, refused = {} }: Extraction): LinkSelection {
  const count = links.length + (moreLinks?.left() ?? 0) + (refused.nofollow ?? 0);
  const counts = count === 0 ? {} : { 'refused:nofollow': count };
  return { requests: [], known: [], counts, undecided: [] };
}

/** Parts of a page that could not be read do not affect the others. */
function faultsOfParts(request: PageRequest, { faults = [] }: Extraction): PageFact[] {
  return faults.map((fault) => sourceFault(factOf(request), fault));
}

/** For a page that is no part of a list. */
export const onlyPage: Paging = { next: [], faults: [] };

/** A link that no pattern could decide on does not affect its page. */
export function undecidedFact(request: PageRequest, { url, message }: Undecided): PageFact {
  return { ...sourceFault(factOf(request), new DropError('REGEX_TIMEOUT', message)), url };
}
