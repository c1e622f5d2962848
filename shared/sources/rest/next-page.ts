import { DropError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { RestSource } from '../../job/schema.ts';
import type { Json, PageRequest } from '../../model.ts';
import type { Facts } from './facts-of-answer.ts';
import { findLink } from './link-header.ts';
import { readPath } from './read-list.ts';
import type { RestTrail } from './rest-trail.ts';
import { morePathOf, type SaysMore, saysMoreByName } from './says-more.ts';
import { setParam } from './set-param.ts';
import { isNoCursor } from './stated-end.ts';

type Paging = NonNullable<RestSource['page']>;
type Counted = Extract<Paging, { by: 'number' | 'offset' }>;

export interface Answered {
  request: PageRequest;
  result: FetchResult;
  answer: Json;
  facts: Facts;
  /** Items on this page. */
  count: number;
  /** How many items there are in all, as far as the API has said so. */
  total: number | undefined;
  /** Whether the answer says that there is more. */
  says: SaysMore | undefined;
  trail: RestTrail;
}

export interface NextPage {
  url: string;
  body?: string;
  position?: number;
}

/** A list that ends with this page, and by what. */
export interface ListEnd {
  end: string;
}

/**
 * Where the page after this one is. Throws REST_INVALID for one that cannot be asked for, and where the answer says that there is more and
 * does not say where.
 */
export function findNext(paging: Paging, answered: Answered): NextPage | ListEnd {
  const { says } = answered;
  if (says?.isMore === false) return { end: `${says.at} says that there is no more` };
  const next = nextByRule(paging, answered);
  const claimed = says?.at ?? claimOfMore(paging, answered.facts);
  if (!('end' in next) || claimed === undefined || isCounted(paging)) return next;
  throw new DropError('REST_INVALID', `${claimed} says that there is more, but ${next.end}`);
}

/** The usual name under which the answer says that there is more; `undefined` where the job names the place. */
function claimOfMore(paging: Paging, facts: Facts): string | undefined {
  const said = morePathOf(paging) === undefined ? saysMoreByName(facts) : undefined;
  return said?.isMore === true ? said.at : undefined;
}

function nextByRule(paging: Paging, answered: Answered): NextPage | ListEnd {
  const { request, result, answer } = answered;
  switch (paging.by) {
    case 'number':
    case 'offset':
      return isLastOfCounted(paging, answered)
        ? { end: 'the page is empty' }
        : moveTo(request, paging, positionAfter(paging, answered));
    case 'cursor':
      return (
        followCursor(paging, request, readPath(answer, paging.path)) ?? {
          end: `there is no cursor at ${paging.path}`,
        }
      );
    case 'link':
      return (
        followUrl(request, findLink(result.headers['link'] ?? '', 'next', request.url)) ?? {
          end: 'no Link header names a next page',
        }
      );
    default:
      return paging satisfies never;
  }
}

/** By its position among all pages, rather than by what the page before names. */
export function isCounted(page: Paging): page is Counted {
  return page.by === 'number' || page.by === 'offset';
}

/** An empty page ends the list, unless more has been stated, as where a filter comes after the paging. */
function isLastOfCounted(paging: Counted, { facts, count, total = 0, says, trail }: Answered): boolean {
  const isMore = says?.isMore ?? claimOfMore(paging, facts) !== undefined;
  return count === 0 && total <= trail.items && !isMore;
}

function positionAfter(paging: Counted, { count, trail }: Answered): number {
  if (paging.by === 'number') return (trail.position ?? paging.first) + 1;
  // By what came, not by what was asked for: servers cap it.
  return (trail.position ?? 0) + (count || paging.size);
}

function moveTo(request: PageRequest, paging: Counted, position: number): NextPage {
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
    throw new DropError(
      'REST_INVALID',
      `page.path: what stands at "${paging.path}" is neither text nor a number`,
    );
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
