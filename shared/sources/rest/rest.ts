import { DropError } from '../../errors.ts';
import { parseExactJson } from '../../exact-json.ts';
import { compileJsonPath } from '../../extract/json/json-path.ts';
import { decodeJson } from '../../fetch/charset.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Job, RestSource } from '../../job/schema.ts';
import type { Json, PageRequest } from '../../model.ts';
import { findLink } from './link-header.ts';
import { follow, hasBeenAt, printOfItems, printOfRequest, type RestTrail, trailOf } from './rest-trail.ts';
import { setParam } from './set-param.ts';

type Paging = NonNullable<RestSource['page']>;

/** A page of an API on its way to the next. */
export interface RestStep {
  /** The next page; none at the end. */
  next: PageRequest<'rest'>[];
  /** The page holds what an earlier one did: its items are to be left out, and its paging has ended. */
  repeats?: string;
  /** Why the end may come too early. */
  doubt?: DropError;
}

/** So many pages in a row may be empty, though each names a next one, as where a filter comes after the paging. */
const maxEmptyPages = 5;

/** The API's first page: with the paging parameters set, and in `cursor` where it stands. */
export function firstRestRequest(source: RestSource, index: number): PageRequest<'rest'> {
  const first = toRequest(source, index, new URL(source.url).href);
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
 * is named. Throws `DropError('REST_INVALID')` when the answer is not JSON, the items are no list, or the
 * next page is no URL. Another origin gets none of the source's headers, which may be secrets.
 */
export function continueRest(job: Job, request: PageRequest<'rest'>, result: FetchResult): RestStep {
  const source = job.sources[request.source]?.rest;
  if (source?.page === undefined) return { next: [] };
  const answer = parseJson(result);
  const items = readItems(answer, source.items);
  const trail = trailOf(request);
  const print = items.length === 0 ? undefined : printOfItems(items);
  const isRepeat = print !== undefined && hasBeenAt(trail, print);
  if (isRepeat && isCounted(source.page)) return repeated(source.page, request, trail, print);

  const target = findNext(source.page, { request, result, answer, count: items.length, trail });
  if (target === undefined) return { next: [] };
  const { position, ...place } = target;
  const own = printOfRequest(request);
  const prints = print === undefined ? [own] : [own, print];
  const walked = follow(trail, prints, items.length === 0);
  const next = toRequest(source, request.source, place.url, place.body);
  const cursor = { ...walked, ...(position === undefined ? {} : { position }) };
  const doubt = doubtOf(next, walked, items.length === 0);
  if (doubt === 'ended') return { next: [] };
  // Where each page names the next, two may hold the same; not if what they name has been read, too.
  if (doubt !== undefined) return { next: [], doubt, ...(isRepeat ? { repeats: doubt.message } : {}) };
  return { next: [{ ...next, cursor }] };
}

/** By its place among all pages, rather than by what the page before names. */
function isCounted(page: Paging): page is Extract<Paging, { by: 'number' | 'offset' }> {
  return page.by === 'number' || page.by === 'offset';
}

/** Some APIs give their last page for every later one: that is its end. What comes round otherwise may hide the rest. */
function repeated(
  { param }: Extract<Paging, { by: 'number' | 'offset' }>,
  request: PageRequest,
  trail: RestTrail,
  print: string,
): RestStep {
  const isLastAgain = trail.seen.at(-1) === print;
  const which = isLastAgain ? 'the page before' : 'an earlier page';
  const repeats = `${request.url} holds the items of ${which}: the paging ends here`;
  if (isLastAgain && trail.pages > 1) return { next: [], repeats };
  const doubt = new DropError('REST_CYCLE', `${repeats}; does the API know the parameter ${param}?`);
  return { next: [], repeats, doubt };
}

function doubtOf(next: PageRequest, walked: RestTrail, isEmpty: boolean): DropError | 'ended' | undefined {
  const isBack = hasBeenAt(walked, printOfRequest(next));
  // An empty page that names itself, or one before, has nothing more to tell.
  if (isBack && isEmpty) return 'ended';
  if (isBack)
    return new DropError('REST_CYCLE', `The next page named is one that was read before: ${next.url}`);
  if (walked.empty < maxEmptyPages) return undefined;
  return new DropError(
    'REST_EMPTY',
    `${maxEmptyPages} pages in a row were empty, though each named a next one: ${next.url}`,
  );
}

interface Answered {
  request: PageRequest;
  result: FetchResult;
  answer: Json;
  /** Items on this page. */
  count: number;
  trail: RestTrail;
}

interface NextPage {
  url: string;
  body?: string;
  position?: number;
}

function findNext(paging: Paging, answered: Answered): NextPage | undefined {
  const { request, result, answer, count, trail } = answered;
  switch (paging.by) {
    case 'number':
      return count === 0 ? undefined : moveTo(request, paging, (trail.position ?? paging.first) + 1);
    case 'offset':
      // By what came, not by what was asked for: servers cap it.
      return count === 0 ? undefined : moveTo(request, paging, (trail.position ?? 0) + count);
    case 'cursor':
      return followCursor(paging, request, readPath(answer, paging.path));
    case 'link':
      return followUrl(request, findLink(result.headers['link'] ?? '', 'next', request.url));
    default:
      return paging satisfies never;
  }
}

function moveTo(
  request: PageRequest,
  paging: Extract<Paging, { by: 'number' | 'offset' }>,
  position: number,
): NextPage {
  return { ...placeOf(setParam(request, paging.in, paging.param, position)), position };
}

function placeOf({ url, body }: PageRequest): NextPage {
  return body === undefined ? { url } : { url, body };
}

function followCursor(
  paging: Extract<Paging, { by: 'cursor' }>,
  request: PageRequest,
  cursor: Json | undefined,
): NextPage | undefined {
  if (!cursor) return undefined;
  if (typeof cursor !== 'string' && typeof cursor !== 'number') {
    throw new DropError('REST_INVALID', `${paging.path} is neither text nor a number`);
  }
  if (paging.param === undefined) return followUrl(request, String(cursor));
  return placeOf(setParam(request, paging.in, paging.param, cursor));
}

function followUrl(request: PageRequest, target: string | undefined): NextPage | undefined {
  if (target === undefined) return undefined;
  const base = new URL(request.url);
  const url = URL.parse(target, request.url);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new DropError('REST_INVALID', `The next page is not an http or https URL: ${target.slice(0, 200)}`);
  }
  // APIs behind a TLS proxy often name themselves http.
  if (base.protocol === 'https:' && url.host === base.host) url.protocol = 'https:';
  url.hash = '';
  return { url: url.href };
}

function toRequest(source: RestSource, index: number, url: string, body = source.body): PageRequest<'rest'> {
  const isSameOrigin = new URL(url).origin === new URL(source.url).origin;
  return {
    kind: 'rest',
    url,
    label: source.label,
    depth: 0,
    attempt: 0,
    source: index,
    method: source.method,
    ...(isSameOrigin ? { headers: source.headers } : {}),
    ...(body === undefined ? {} : { body }),
  };
}

function readItems(answer: Json, path: string): Json[] {
  const items = readPath(answer, path);
  // Some APIs leave the list out once there is nothing more.
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) throw new DropError('REST_INVALID', `No list of items at "${path}"`);
  return items;
}

function readPath(answer: Json, path: string): Json | undefined {
  try {
    return compileJsonPath(path)(answer);
  } catch (cause) {
    throw new DropError('REST_INVALID', `"${path}" is no path`, { cause });
  }
}

function parseJson({ body, headers }: FetchResult): Json {
  try {
    return parseExactJson(decodeJson(body, headers['content-type'] ?? ''));
  } catch (cause) {
    throw new DropError('REST_INVALID', 'The answer is not JSON', { cause });
  }
}
