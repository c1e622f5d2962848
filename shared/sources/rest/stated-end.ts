import type { RestSource } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { type Facts, outermostFirst } from './facts-of-answer.ts';
import { isObject, readPath } from './read-list.ts';
import type { RestTrail } from './rest-trail.ts';
import { saysMore, saysMoreByName } from './says-more.ts';

type Paging = NonNullable<RestSource['page']>;

/**
 * Does an answer without a list say itself that nothing is left? Only after pages that had items, and only by
 * what is certain: a total that has been read, a flag that there is no more, or a cursor that is at its end.
 * An answer that reports an error never does. docs/decisions/the-end-of-an-api.md has the reasons.
 */
export function isStatedEnd(paging: Paging, answer: Json, facts: Facts, trail: RestTrail): boolean {
  if (trail.items === 0 || !isObject(answer) || saysError(answer)) return false;
  const isAllRead = facts.flat().some(([key, value]) => totalKey.test(key) && countIn(value) === trail.items);
  const hasNoMore = (saysMore(answer, paging) ?? saysMoreByName(facts))?.isMore === false;
  return isAllRead || hasNoMore || (paging.by === 'cursor' && isLastCursor(paging.path, answer, trail));
}

/**
 * Is it a list without items and without a next page, as JSON made by Protocol Buffers leaves both out? Only certain where the
 * same list of other items has been there: of requests made of items (`each`).
 */
export function isEmptyMessage(paging: Paging, answer: Json): boolean {
  return paging.by === 'cursor' && isTopLevel(paging.path) && isObject(answer) && keysOf(answer).length === 0;
}

/** How many items there are in all, where an answer says so: at the path that the job gives, else under a usual name. */
export function totalIn(answer: Json, facts: Facts, paging: Paging): number | undefined {
  const path = totalPathOf(paging);
  if (path !== undefined) return countIn(readPath(answer, path));
  const total = outermostFirst(facts).find(
    ([key, value]) => /^total/i.test(key) && totalKey.test(key) && countIn(value) !== undefined,
  );
  return total && countIn(total[1]);
}

/** Where the job says that the total is. */
export function totalPathOf(paging: Paging): string | undefined {
  return paging.by === 'number' || paging.by === 'offset' ? paging.total : undefined;
}

/** The keys of an answer, among which those of an error are recognised. */
export function keysOf(answer: Json): string[] {
  return isObject(answer) ? Object.keys(answer).slice(0, 50) : [];
}

const totalKey =
  /^(total([_-]?(count|items|results|records|elements|hits|size))?|count|num[_-]?(found|results))$/i;
const errorKey = /^(errors?|fault|exception|error[_-]?\w+)$/i;
const stateKey = /^(status|state|code|result|message|msg|reason|detail|details|success|ok)$/i;

/** No value at all is an end that is stated, if it stands where values of it stood. */
function isLastCursor(path: string, answer: Record<string, Json>, trail: RestTrail): boolean {
  const cursor = readPath(answer, path);
  if (isNoCursor(cursor) && cursor !== undefined) return true;
  if (cursor !== undefined) return false;
  // Of JSON made by Protocol Buffers empty lists and texts are left out; whatever else stands there is as it was.
  const keys = Object.keys(answer);
  return (
    isTopLevel(path) &&
    keys.every((key) => trail.keys.includes(key) && !stateKey.test(key) && answer[key] !== null)
  );
}

function isTopLevel(path: string): boolean {
  return !/[.[]/.test(path);
}

/** 0 is a value: a cursor that counts begins with it. */
export function isNoCursor(cursor: Json | undefined): boolean {
  return cursor === undefined || cursor === null || cursor === '' || cursor === false;
}

export function saysError(answer: Json): boolean {
  if (!isObject(answer)) return false;
  return Object.entries(answer).some(
    ([key, value]) =>
      (errorKey.test(key) && isSaid(value)) ||
      (/^(success|ok)$/i.test(key) && value === false) ||
      (/^(status|state|code|result)$/i.test(key) && isBadState(value)),
  );
}

function isBadState(value: Json): boolean {
  return typeof value === 'number' ? value >= 400 : typeof value === 'string' && /^(err|fail)/i.test(value);
}

function isSaid(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Some write it as text. */
function countIn(value: Json | undefined): number | undefined {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
