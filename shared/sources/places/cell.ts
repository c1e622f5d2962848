import { DropError, HaltError } from '../../errors.ts';
import type { CellFact, Counts, PageRequest } from '../../model.ts';
import { refusalOf } from '../../places/filter.ts';
import { canSplit, firstCells, splitCell } from '../../places/grid.ts';
import type { Place } from '../../places/place.ts';
import { type CellState, cellFact } from './cell-state.ts';
import { serviceOf } from './choose-service.ts';
import { keyOfPlace, placeRequest } from './place-steps.ts';
import type { PlacesPlan } from './plan.ts';
import type { SearchPage } from './service.ts';

const maxRestarts = 2;

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

/** A nearby search covers a circle of 50 km radius at most, which holds a square of 70 km, near the poles a smaller one. */
const maxNearbyKm = 60;

/**
 * A request for each query in each of the first cells of each area. Throws `HaltError` GRID_TOO_LARGE, before any is
 * made, when there are more than `maxRequests`.
 */
export function firstCellRequests(
  plan: PlacesPlan,
  maxRequests = Number.POSITIVE_INFINITY,
): PageRequest<'cell'>[] {
  const { queries = [], search } = plan.source;
  const maxKm = Math.min(plan.source.maxCellKm, search === 'nearby' ? maxNearbyKm : Number.POSITIVE_INFINITY);
  const cells: Pick<CellState, 'area' | 'areaName' | 'box'>[] = [];
  for (const [area, settings] of plan.areas.entries()) {
    for (const box of firstCells(settings, { maxKm })) cells.push({ area, areaName: settings.name, box });
    if (cells.length * queries.length <= maxRequests) continue;
    const message = `${cells.length} first cells, each for ${queries.length} queries; ${maxRequests} searches at most`;
    throw new HaltError('GRID_TOO_LARGE', message);
  }
  return cells.flatMap((cell) => queries.map((query) => fresh(plan, { ...cell, query, level: 0 })));
}

/**
 * The requests that follow a page of a cell: its next page; after the last page, the cell's parts if it is full, or the
 * reading of its fields if it was only counted. Throws `DropError` SHAPE_CHANGED when a page repeats the first.
 */
export function expandCell(
  plan: PlacesPlan,
  { cursor: cell }: PageRequest<'cell'>,
  page: SearchPage,
  fetchedAt: string,
): CellExpansion {
  const keys = page.places.map(keyOfPlace);
  const earlier = new Set(cell.met);
  const added = [...new Set(keys)].filter((key) => !earlier.has(key));
  refuseRepeatedFirstPage(cell, keys);
  const met = [...cell.met, ...added];
  const isRead = cell.stage === 'read';
  const { places, counts } = isRead
    ? accepted(plan, cell, page.places, fetchedAt)
    : { places: [], counts: {} };
  const nextPage = serviceOf(plan).nextPage(page, cell, added.length);
  if (nextPage !== undefined) {
    const next = toRequest(plan, { ...cell, ...nextPage, page: cell.page + 1, met });
    return { next: [next], places, counts };
  }
  return { ...leaveOrSplit(plan, cell, page, met), places, counts };
}

function leaveOrSplit(
  plan: PlacesPlan,
  cell: CellState,
  page: SearchPage,
  met: string[],
): Pick<CellExpansion, 'next' | 'fact' | 'counted'> {
  const isFull = serviceOf(plan).isFull(plan, page, cell);
  if (isFull && canSplit(cell.box, { minKm: plan.source.minCellKm })) {
    return { next: parts(plan, cell), fact: cellFact(cell, met.length, 'split') };
  }
  if (cell.stage === 'count' && met.length > 0) {
    const reading = { ...cell, stage: 'read' as const, page: 0, met: [], counted: met.length };
    return { next: [toRequest(plan, reading)], counted: met };
  }
  return { next: [], fact: cellFact(cell, met.length, isFull ? 'saturated' : 'whole') };
}

/** Restarts a search whose next page the service refuses, since page tokens expire. */
export function restartCell(
  plan: PlacesPlan,
  { cursor }: PageRequest<'cell'>,
): PageRequest<'cell'> | undefined {
  const { restarts = 0, ...cell } = cursor;
  if (cell.page === 0 || restarts === maxRestarts) return undefined;
  return toRequest(plan, { ...cell, page: 0, met: [], restarts: restarts + 1 });
}

function parts(plan: PlacesPlan, cell: CellState): PageRequest<'cell'>[] {
  const within = splitCell(cell.box).filter((part) => plan.areas[cell.area]?.overlaps(part));
  const { query, area, areaName, level } = cell;
  return within.map((box) => fresh(plan, { query, area, areaName, box, level: level + 1 }));
}

function fresh(
  plan: PlacesPlan,
  cell: Pick<CellState, 'query' | 'area' | 'areaName' | 'box' | 'level'>,
): PageRequest<'cell'> {
  return toRequest(plan, { ...cell, stage: plan.countsFirst ? 'count' : 'read', page: 0, met: [] });
}

function toRequest(plan: PlacesPlan, cell: CellState): PageRequest<'cell'> {
  const { token: _, ...state } = cell;
  return {
    kind: 'cell',
    label: '',
    depth: 0,
    attempt: 0,
    source: plan.index,
    cursor: state,
    ...serviceOf(plan).search(plan, cell),
  };
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
    counts[`refused:${reason}`] = (counts[`refused:${reason}`] ?? 0) + 1;
    return [];
  };
  const places = found.flatMap((place) => {
    // A place without a location is taken to be in the cell, as the search reports.
    const isOutside = place.location !== undefined && area !== undefined && !area.contains(place.location);
    if (isOutside) return refuse('area');
    if (refusalOf(place, plan.source.filter ?? {}) !== undefined) return refuse('filter');
    return [placeRequest(plan, place, fetchedAt)];
  });
  return { places, counts };
}

/** A service that repeats the first page ignores the page parameter, so the rest of the cell cannot be read. */
function refuseRepeatedFirstPage({ page, met }: CellState, keys: string[]): void {
  const isFirst = keys.length > 1 && keys.every((key, index) => met[index] === key);
  if (page > 0 && isFirst)
    throw new DropError('SHAPE_CHANGED', `page ${page + 1} of the search is the first one again`);
}
