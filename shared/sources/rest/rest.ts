import { DropError } from '../../errors.ts';
import { openContent } from '../../extract/page-content.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Job, RestSource } from '../../job/schema.ts';
import type { GivenByItem, Json, PageRequest } from '../../model.ts';
import { settingsFor } from '../each/items-to-requests.ts';
import { factsOf } from './facts-of-answer.ts';
import { findNext, isCounted } from './next-page.ts';
import { doubtOfItems, doubtOfMore, doubtOfNext, stepOfRepeat } from './paging-doubts.ts';
import { isObject, listAnswer, noList, readList } from './read-list.ts';
import type { RestStep } from './rest-step.ts';
import { follow, hasBeenAt, printOfItems, printOfRequest, type RestStop, trailOf } from './rest-trail.ts';
import { saysMore } from './says-more.ts';
import { setParam } from './set-param.ts';
import { isEmptyMessage, isStatedEnd, keysOf, saysError, totalIn, totalPathOf } from './stated-end.ts';

type Paging = NonNullable<RestSource['page']>;

/** The API's first page: with the paging parameters set, and in `cursor` where it stands. */
export function firstRestRequest(
  source: RestSource,
  index: number,
  given?: GivenByItem,
): PageRequest<'rest'> {
  const url = new URL(source.url).href;
  const first = toRequest(
    source,
    { source: index, depth: 0, ...(given === undefined ? {} : { given }) },
    url,
  );
  const { page } = source;
  if (page === undefined || page.by === 'cursor' || page.by === 'link') return first;
  const position = page.by === 'number' ? page.first : 0;
  const placed = setParam(first, page.in, page.param, position);
  const sized = page.by === 'offset' && page.sizeParam !== undefined;
  const request = sized ? setParam(placed, page.in, page.sizeParam ?? '', page.size) : placed;
  return { ...request, cursor: position };
}

/**
 * What a page of an API leads to. The list has ended by number and offset at an empty page, which is the
 * only sign that an API which gives less than it is asked for leaves; by cursor and link where no next page
 * is named. Another origin gets none of the source's headers, which may be secrets.
 *
 * Throws `DropError('REST_INVALID')` for an answer that is not JSON or has no list of items: that is never by
 * itself the end (docs/decisions/the-end-of-an-api.md). A next page that cannot be asked for is a doubt.
 */
export function continueRest(job: Job, request: PageRequest<'rest'>, result: FetchResult): RestStep {
  const written = job.sources[request.source]?.rest;
  if (written === undefined) return { next: [] };
  const source = settingsFor(written, request);
  const answer = openContent({ ...withoutRule, ...request, body: result.body, list: listAnswer('') }).json();
  const items = itemsOf(source, answer, request);
  if (items === undefined)
    return { next: [], ended: `${request.url} has no list, and says itself that nothing is left` };
  const doubt = doubtOfItems(job, source, answer, items);
  try {
    const step =
      source.page === undefined
        ? { next: [] }
        : pageOn(source, source.page, { request, result, answer, items });
    return doubt === undefined ? step : { doubt, ...step };
  } catch (error) {
    if (!(error instanceof DropError)) throw error;
    return { next: [], doubt: error };
  }
}

/** What the reader of JSON does not look at. */
const withoutRule = { status: 200, contentType: 'application/json', fetchedAt: '' };

/** The items of one page; `undefined` where it has none, and says itself that the list has ended. */
function itemsOf(source: RestSource, answer: Json, request: PageRequest<'rest'>): Json[] | undefined {
  const { page } = source;
  // An API of one object: the whole answer is the item.
  if (page === undefined && source.items === '' && isObject(answer) && !saysError(answer)) return [answer];
  const items = readList(answer, source.items);
  if (items !== undefined) return items;
  const trail = trailOf(request);
  if (page !== undefined && isStatedEnd(page, answer, factsOf(answer, source), trail)) return undefined;
  if (page !== undefined && request.given !== undefined && isEmptyMessage(page, answer)) return undefined;
  throw noList(answer, source.items);
}

interface Read {
  request: PageRequest<'rest'>;
  result: FetchResult;
  answer: Json;
  items: Json[];
}

function pageOn(source: RestSource, page: Paging, { request, result, answer, items }: Read): RestStep {
  const trail = trailOf(request);
  const print = items.length === 0 ? undefined : printOfItems(items);
  const isRepeat = print !== undefined && hasBeenAt(trail, print);
  if (isRepeat && isCounted(page)) return stepOfRepeat(page, request, trail, print);

  const facts = factsOf(answer, source);
  const total = totalIn(answer, facts, page) ?? trail.total;
  const says = saysMore(answer, page);
  const target = findNext(page, { request, result, answer, facts, count: items.length, total, says, trail });
  if ('end' in target) return { next: [], ...target };
  const { position, ...place } = target;
  const ownPrint = printOfRequest(request);
  const stop: RestStop = {
    prints: print === undefined ? [ownPrint] : [ownPrint, print],
    items: items.length,
    isRepeat,
    keys: keysOf(answer),
    total,
    isMore: says?.isMore,
  };
  const walked = follow(trail, stop);
  const next = toRequest(source, request, place.url, place.body);
  const cursor = { ...walked, ...(position === undefined ? {} : { position }) };
  const doubt = doubtOfNext(page, next, walked, items.length === 0);
  if (doubt !== undefined && 'end' in doubt) return { next: [], ...doubt };
  // Where each page names the next, two may hold the same; not if what they name has been read, too.
  if (doubt !== undefined) return { next: [], doubt, ...(isRepeat ? { repeats: doubt.message } : {}) };
  const unsaid = doubtOfMore(page, says, trail, items.length);
  return { next: [{ ...next, cursor }], ...(unsaid === undefined ? {} : { doubt: unsaid }) };
}

/**
 * What an answer of this status, which has no list, says of the page before: that it was the last. Only after
 * pages that had items, and not where the API has stated more of them. 204 says that there is nothing, whoever
 * named the page; 404 and 416 do so of a page that was counted up to, and otherwise of one that is lost;
 * where the job names the total, and so many were read, so do other refusals of a request.
 */
export function pastEnd(job: Job, request: PageRequest<'rest'>, status: number): string | undefined {
  const page = job.sources[request.source]?.rest?.page;
  const { items, total = items, more } = trailOf(request);
  if (page === undefined || items === 0 || total > items || more === 'yes') return undefined;
  const isBehind = status === 404 || status === 416 || (totalPathOf(page) !== undefined && isRefusal(status));
  const isEnd = status === 204 || (isBehind && isCounted(page));
  return isEnd ? `${request.url} answered ${status} after ${items} items: the paging ends here` : undefined;
}

/** Of a request that is wrong in itself, as for a page behind the last, rather than of one that is not allowed now. */
function isRefusal(status: number): boolean {
  return status === 400 || status === 410 || status === 422;
}

type Origin = Pick<PageRequest<'rest'>, 'source' | 'depth' | 'given'>;

function toRequest(
  source: RestSource,
  { source: index, depth, given }: Origin,
  url: string,
  body = source.body,
): PageRequest<'rest'> {
  const isSameOrigin = new URL(url).origin === new URL(source.url).origin;
  // Headers and body are for the API that the job names: another host is asked for the page at that address.
  const own = isSameOrigin
    ? { method: source.method, headers: source.headers, ...(body === undefined ? {} : { body }) }
    : {};
  return {
    kind: 'rest',
    url,
    label: source.label,
    depth,
    attempt: 0,
    source: index,
    ...own,
    ...(given === undefined ? {} : { given }),
  };
}
