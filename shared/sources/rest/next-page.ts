import { DropError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { RestSource } from '../../job/schema.ts';
import type { Json, PageRequest } from '../../model.ts';
import { findLink } from './link-header.ts';
import { readPath } from './read-list.ts';
import type { RestTrail } from './rest-trail.ts';
import { setParam } from './set-param.ts';
import { isNoCursor } from './stated-end.ts';

type Paging = NonNullable<RestSource['page']>;

export interface Answered {
  request: PageRequest;
  result: FetchResult;
  answer: Json;
  /** Items on this page. */
  count: number;
  /** How many items there are in all, as far as the API has said so. */
  total: number | undefined;
  trail: RestTrail;
}

export interface NextPage {
  url: string;
  body?: string;
  position?: number;
}

/** Where the page after this one is; `undefined` at the end. Throws REST_INVALID for one that cannot be asked for. */
export function findNext(paging: Paging, answered: Answered): NextPage | undefined {
  const { request, result, answer, count, total = 0, trail } = answered;
  // An empty page ends the list, unless more has been stated, as where a filter comes after the paging.
  const isEnd = count === 0 && total <= trail.items;
  switch (paging.by) {
    case 'number':
      return isEnd ? undefined : moveTo(request, paging, (trail.position ?? paging.first) + 1);
    case 'offset':
      // By what came, not by what was asked for: servers cap it.
      return isEnd ? undefined : moveTo(request, paging, (trail.position ?? 0) + (count || paging.size));
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
  if (cursor === undefined || isNoCursor(cursor)) return undefined;
  if (typeof cursor !== 'string' && typeof cursor !== 'number') {
    throw new DropError('REST_INVALID', `${paging.path} is neither text nor a number`);
  }
  if (paging.param !== undefined) return placeOf(setParam(request, paging.in, paging.param, cursor));
  if (typeof cursor === 'string') return followUrl(request, cursor);
  throw new DropError(
    'REST_INVALID',
    `${paging.path} is a number, not the URL of a page: page.param is missing`,
  );
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
