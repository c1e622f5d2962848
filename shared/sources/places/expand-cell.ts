import type { CellFact, Counts, PageRequest } from '../../model.ts';
import { failedRule } from '../../places/filter.ts';
import { canSplit } from '../../places/grid.ts';
import type { Place } from '../../places/place.ts';
import type { ItemKey } from '../kind.ts';
import { bidOfCell, countsToCount } from './bids.ts';
import { cellRequest, partRequests } from './cell-requests.ts';
import { type CellState, cellFact } from './cell-state.ts';
import { serviceOf } from './choose-service.ts';
import { leftOutByArea, leftOutByRule } from './left-out.ts';
import { repeatsEarlierPages } from './paging.ts';
import { keyOfPlace, placeRequest } from './place-steps.ts';
import type { PlacesPlan } from './plan.ts';
import type { SearchPage } from './service.ts';
import { rulesOfSearch } from './unjudged.ts';

/** The result of one page of a cell. */
export interface CellExpansion {
  next: PageRequest<'cell'>[];
  /** A request for each place that passes. */
  places: PageRequest<'place'>[];
  counts: Counts;
  /** Of a cell that was counted and is to be read: keys of its places, and their ids, where the job takes new ones alone. */
  counted?: { keys: string[]; ids: string[] };
  /** Of the places that do not pass: by what later runs know them. */
  leftOut?: ItemKey[];
  /** Set when the search of this cell has ended. */
  fact?: CellFact;
}

/**
 * The requests that follow a page of a cell: its next page; after the last page, the cell's parts if it is full, or the
 * reading of its fields if it was only counted. A cell whose pages repeat one another counts as full: what they should
 * have named instead is unknown.
 */
export function expandCell(
  plan: PlacesPlan,
  { cursor, paidAhead = 0 }: PageRequest<'cell'>,
  page: SearchPage,
  fetchedAt: string,
): CellExpansion {
  const keys = [...new Set(page.places.map(keyOfPlace))];
  const earlier = new Set(cursor.met);
  const added = keys.filter((key) => !earlier.has(key));
  const cell = withIds(plan, named(cursor, keys, page.unread), page.places);
  const met = [...cell.met, ...added];
  const { places, counts, leftOut } =
    cell.stage === 'read' ? accepted(plan, cell, page.places, fetchedAt) : nothingRead();
  if (page.unread > 0) counts['rows:unread'] = page.unread;
  const nextPage = serviceOf(plan).nextPage(page, cell, added.length);
  const isSplitNow = cell.isRepeating === true && mayBeSplit(plan, cell);
  if (nextPage !== undefined && !isSplitNow) {
    const next = cellRequest(plan, { ...cell, ...nextPage, page: cell.page + 1, met });
    const paid = paidAhead > 0 ? { isPaid: true as const, paidAhead: paidAhead - 1 } : {};
    return { next: [{ ...next, ...paid }], places, counts, leftOut };
  }
  const left = leaveOrSplit(plan, cell, page, met);
  return { ...left, places, counts: { ...counts, ...countsToCount(left.next, cell) }, leftOut };
}

function nothingRead(): Required<Pick<CellExpansion, 'places' | 'counts' | 'leftOut'>> {
  return { places: [], counts: {}, leftOut: [] };
}

/** The state with what a page shows of the search itself. */
function named(cursor: CellState, keys: string[], unread: number): CellState {
  const { doubt: _, ...cell } = cursor;
  return {
    ...cell,
    ...(keys.length === 0 ? {} : { isProven: true }),
    ...(repeatsEarlierPages(cursor, keys) ? { isRepeating: true } : {}),
    ...(unread > 0 ? { hasUnread: true } : {}),
  };
}

function withIds({ source }: PlacesPlan, cell: CellState, places: Place[]): CellState {
  if (cell.stage !== 'count' || !source.onlyNew) return cell;
  return { ...cell, ids: [...new Set([...(cell.ids ?? []), ...places.map(({ placeId }) => placeId)])] };
}

function leaveOrSplit(
  plan: PlacesPlan,
  cell: CellState,
  page: SearchPage,
  met: string[],
): Pick<CellExpansion, 'next' | 'fact' | 'counted'> {
  const isFull = cell.isRepeating === true || serviceOf(plan).isFull(plan, page, cell);
  if (isFull && mayBeSplit(plan, cell)) {
    return { next: partRequests(plan, cell), fact: cellFact(cell, met, 'split') };
  }
  if (cell.stage === 'count' && met.length > 0) {
    const { isRepeating: _, isAwaited: _counted, ids = [], ...whole } = cell;
    const bid = bidOfCell(plan, met.length);
    const reading = {
      ...{ ...whole, stage: 'read' as const, page: 0, met: [], countedKeys: met },
      ...(bid === undefined ? {} : { bid }),
    };
    const counted = ids.length === met.length ? { counted: { keys: met, ids } } : {};
    return { next: [cellRequest(plan, reading)], ...counted };
  }
  return { next: [], fact: endOfCell(cell, met, isFull) };
}

/** Results that could not be read may be places that no other cell names. */
function endOfCell(cell: CellState, named: string[], isFull: boolean): CellFact {
  if (isFull)
    return cellFact(cell, named, 'saturated', cell.isRepeating === true ? 'PAGE_REPEATED' : undefined);
  return cell.hasUnread === true
    ? cellFact(cell, named, 'failed', 'SHAPE_CHANGED')
    : cellFact(cell, named, 'whole');
}

function add(counts: Counts, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function mayBeSplit({ source }: PlacesPlan, { box }: CellState): boolean {
  return canSplit(box, { minKm: source.minCellKm });
}

/** Places within the area that pass the filter; how many do not, by reason. */
function accepted(
  plan: PlacesPlan,
  cell: CellState,
  found: Place[],
  fetchedAt: string,
): ReturnType<typeof nothingRead> {
  const area = plan.areas[cell.area];
  const counts: Counts = {};
  const leftOut: ItemKey[] = [];
  const refuse = (reason: string, ...keys: ItemKey[]) => {
    add(counts, `refused:${reason}`);
    if (plan.source.onlyNew) leftOut.push(...keys);
    return [];
  };
  const places = found.flatMap((place) => {
    // A place without a location is taken to be in the cell, as the search reports.
    const isOutside = place.location !== undefined && area !== undefined && !area.contains(place.location);
    if (isOutside) return refuse('area', leftOutByArea(keyOfPlace(place), area));
    if (place.status === 'unknown') add(counts, 'status:unknown');
    const filter = rulesOfSearch(plan, place);
    const rule = failedRule(place, filter);
    if (rule !== undefined) return refuse('filter', ...leftOutByRule(keyOfPlace(place), rule, filter));
    return [placeRequest(plan, place, fetchedAt)];
  });
  return { places, counts, leftOut };
}
