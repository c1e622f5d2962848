import { DropError } from '../errors.ts';
import { parseExactJson } from '../exact-json.ts';
import { compileJsonPath } from '../extract/json-path.ts';
import type { FetchResult } from '../fetch/types.ts';
import type { Job, RestSource } from '../job/schema.ts';
import type { Json, PageRequest } from '../model.ts';
import { findLink } from './link-header.ts';

type Paging = NonNullable<RestSource['page']>;

/** The API's first page: its URL with the paging parameters set, and in `cursor` where it stands. */
export function firstRestRequest(source: RestSource, index: number): PageRequest {
  const url = new URL(source.url);
  const position = source.page === undefined ? undefined : setFirst(url, source.page);
  return toRequest(source, index, url.href, position);
}

/**
 * The next page of the API, or none: none when the list of items is empty or absent, shorter than an
 * offset's `size`, or when the cursor is absent, null, empty, false or 0, or no link says next.
 * Throws `DropError('REST_INVALID')` when the answer is not JSON, the items are no list, or the next page is this one.
 * Another origin gets none of the source's headers, which may be secrets.
 */
export function continueRest(job: Job, request: PageRequest, result: FetchResult): PageRequest[] {
  const index = request.source ?? -1;
  const source = job.sources[index]?.rest;
  if (source?.page === undefined) return [];
  const answer = parseJson(result.body);
  const items = readItems(answer, source.items);
  if (items.length === 0) return [];
  const next = findNext(source.page, { request, result, answer, count: items.length });
  if (next === undefined) return [];
  if (next.url === withoutFragment(request.url)) {
    throw new DropError('REST_INVALID', `The next page of ${request.url} is the page itself`);
  }
  return [toRequest(source, index, next.url, next.position)];
}

interface Answered {
  request: PageRequest;
  result: FetchResult;
  answer: Json;
  /** Items on this page. */
  count: number;
}

interface NextPage {
  url: string;
  position: number | undefined;
}

function findNext(paging: Paging, answered: Answered): NextPage | undefined {
  const { request, result, answer, count } = answered;
  switch (paging.by) {
    case 'number':
      return advance(request, paging.param, 1, paging.first);
    case 'offset':
      return count < paging.size ? undefined : advance(request, paging.param, paging.size, 0);
    case 'cursor':
      return followCursor(paging, request, readPath(answer, paging.path));
    case 'link':
      return followUrl(request, findLink(result.headers['link'] ?? '', 'next', request.url));
  }
}

function advance(request: PageRequest, param: string, step: number, first: number): NextPage {
  const position = (typeof request.cursor === 'number' ? request.cursor : first) + step;
  return { url: withParam(request.url, param, position), position };
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
  return { url: withParam(request.url, paging.param, cursor), position: undefined };
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
  return { url: url.href, position: undefined };
}

function setFirst(url: URL, paging: Paging): number | undefined {
  if (paging.by === 'number') {
    url.searchParams.set(paging.param, String(paging.first));
    return paging.first;
  }
  if (paging.by !== 'offset') return undefined;
  url.searchParams.set(paging.param, '0');
  if (paging.sizeParam !== undefined) url.searchParams.set(paging.sizeParam, String(paging.size));
  return 0;
}

function toRequest(
  source: RestSource,
  index: number,
  url: string,
  position: number | undefined,
): PageRequest {
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
    ...(source.body === undefined ? {} : { body: source.body }),
    ...(position === undefined ? {} : { cursor: position }),
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

function parseJson(body: Uint8Array): Json {
  try {
    return parseExactJson(new TextDecoder().decode(body));
  } catch (cause) {
    throw new DropError('REST_INVALID', 'The answer is not JSON', { cause });
  }
}

function withParam(href: string, param: string, value: string | number): string {
  const url = new URL(href);
  url.searchParams.set(param, String(value));
  return withoutFragment(url.href);
}

function withoutFragment(href: string): string {
  const url = new URL(href);
  url.hash = '';
  return url.href;
}
