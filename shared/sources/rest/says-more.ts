import { DropError } from '../../errors.ts';
import type { RestSource } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import type { Facts } from './facts-of-answer.ts';
import { readPath } from './read-list.ts';
import type { RestTrail } from './rest-trail.ts';

type Paging = NonNullable<RestSource['page']>;

/** Names under which answers say whether there is more. */
const moreKey = /^has[_-]?(more|next([_-]?page)?)$/i;
/** Names under which they say whether this page is the last. */
const lastKey = /^(is[_-]?)?last([_-]?page)?$/i;

/** What an answer says of whether another page follows it. */
export interface SaysMore {
  /** Where it says so: the path of the job, or the name of a usual key. */
  at: string;
  isMore: boolean;
}

/**
 * Does an answer say whether there is more? At `page.more`, else beside a cursor as Relay's connections have it; `undefined` where
 * nothing stands there, or null. Throws REST_INVALID where the path of the job leads to something that is neither yes nor no.
 */
export function saysMore(answer: Json, paging: Paging): SaysMore | undefined {
  const written = morePathOf(paging);
  const at = written ?? relayFlagOf(paging);
  if (at === undefined) return undefined;
  const value = readPath(answer, at);
  if (value === undefined || value === null) return undefined;
  const isMore = yesOrNo(value);
  if (isMore !== undefined) return { at, isMore };
  if (written === undefined) return undefined;
  throw new DropError('REST_INVALID', `page.more: what stands at "${at}" is neither yes nor no`);
}

/**
 * What the answer says under a usual name (`has_more`, `hasNextPage`, `isLast` …), the nearest to the list before all others. It never ends a
 * list that has items, since the name may mean something else; but a list that ends in spite of it may be one whose cursor stands elsewhere.
 */
export function saysMoreByName(facts: Facts): SaysMore | undefined {
  const said = facts.map((entries) => entries.flatMap(flagOf)).find((flags) => flags.length > 0);
  return said?.find(({ isMore }) => isMore) ?? said?.[0];
}

function flagOf([at, value]: [string, Json]): SaysMore[] {
  if (typeof value !== 'boolean') return [];
  if (moreKey.test(at)) return [{ at, isMore: value }];
  return lastKey.test(at) ? [{ at, isMore: !value }] : [];
}

/** Where the job says that the answer says whether there is more. */
export function morePathOf(paging: Paging): string | undefined {
  return paging.by === 'link' ? undefined : paging.more;
}

/**
 * Has a second page with items come, though no answer has said yet whether there is more? Then `page.more` leads to where nothing is. An
 * answer that is silent is none yet: JSON made by Protocol Buffers leaves `false` out.
 */
export function isNeverSaid(says: SaysMore | undefined, trail: RestTrail, items: number): boolean {
  return says === undefined && trail.more === undefined && trail.pages === 1 && trail.items > 0 && items > 0;
}

/** `data.things.pageInfo.endCursor` → `data.things.pageInfo.hasNextPage` (Relay, GraphQL Cursor Connections Specification, § PageInfo). */
function relayFlagOf(paging: Paging): string | undefined {
  if (paging.by !== 'cursor' || paging.param === undefined) return undefined;
  return /(?:^|\.)endCursor$/.test(paging.path)
    ? paging.path.replace(/endCursor$/, 'hasNextPage')
    : undefined;
}

/** A number says how much is left. */
function yesOrNo(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value > 0;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().toLowerCase();
  if (/^(true|yes|y|1)$/.test(text)) return true;
  return /^(false|no|n|0|)$/.test(text) ? false : undefined;
}
