import type { CellFact, Counts, PageRequest } from '../../model.ts';
import { refusalOf } from '../../places/filter.ts';
import { canSplit } from '../../places/grid.ts';
import type { Place } from '../../places/place.ts';
import { cellRequest, partRequests } from './cell-requests.ts';
import { type CellState, cellFact } from './cell-state.ts';
import { serviceOf } from './choose-service.ts';
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
  /** Keys of the places of a cell that was counted and is to be read. */
  counted?: string[];
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
  { cursor }: PageRequest<'cell'>,
  page: SearchPage,
  fetchedAt: string,
): CellExpansion {
  const keys = [...new Set(page.places.map(keyOfPlace))];
  const earlier = new Set(cursor.met);
  const added = keys.filter((key) => !earlier.has(key));
  const cell = named(cursor, keys, page.unread);
  const met = [...cell.met, ...added];
  const { places, counts } =
    cell.stage === 'read' ? accepted(plan, cell, page.places, fetchedAt) : { places: [], counts: {} };
  if (page.unread > 0) counts['rows:unread'] = page.unread;
  const nextPage = serviceOf(plan).nextPage(page, cell, added.length);
  const isSplitNow = cell.isRepeating === true && mayBeSplit(plan, cell);
  if (nextPage !== undefined && !isSplitNow) {
    const next = cellRequest(plan, { ...cell, ...nextPage, page: cell.page + 1, met });
    return { next: [next], places, counts };
  }
  return { ...leaveOrSplit(plan, cell, page, met), places, counts };
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

function leaveOrSplit(
  plan: PlacesPlan,
  cell: CellState,
  page: SearchPage,
  met: string[],
): Pick<CellExpansion, 'next' | 'fact' | 'counted'> {
  const isFull = cell.isRepeating === true || serviceOf(plan).isFull(plan, page, cell);
  if (isFull && mayBeSplit(plan, cell)) {
    return { next: partRequests(plan, cell), fact: cellFact(cell, met.length, 'split') };
  }
  if (cell.stage === 'count' && met.length > 0) {
    const { isRepeating: _, ...whole } = cell;
    const reading = { ...whole, stage: 'read' as const, page: 0, met: [], counted: met.length };
    return { next: [cellRequest(plan, reading)], counted: met };
  }
  return { next: [], fact: endOfCell(cell, met.length, isFull) };
}

/** Results that could not be read may be places that no other cell names. */
function endOfCell(cell: CellState, found: number, isFull: boolean): CellFact {
  if (isFull)
    return cellFact(cell, found, 'saturated', cell.isRepeating === true ? 'PAGE_REPEATED' : undefined);
  return cell.hasUnread === true
    ? cellFact(cell, found, 'failed', 'SHAPE_CHANGED')
    : cellFact(cell, found, 'whole');
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
): { places: PageRequest<'place'>[]; counts: Counts } {
  const area = plan.areas[cell.area];
  const counts: Counts = {};
  const refuse = (reason: string) => {
    add(counts, `refused:${reason}`);
    return [];
  };
  const places = found.flatMap((place) => {
    // A place without a location is taken to be in the cell, as the search reports.
    const isOutside = place.location !== undefined && area !== undefined && !area.contains(place.location);
    if (isOutside) return refuse('area');
    if (place.status === 'unknown') add(counts, 'status:unknown');
    if (refusalOf(place, rulesOfSearch(plan, place)) !== undefined) return refuse('filter');
    return [placeRequest(plan, place, fetchedAt)];
  });
  return { places, counts };
}
