import { HaltError } from '../../errors.ts';
import type { PageRequest } from '../../model.ts';
import { firstCells, splitCell } from '../../places/grid.ts';
import type { CellState } from './cell-state.ts';
import { serviceOf } from './choose-service.ts';
import type { PlacesPlan } from './plan.ts';

/** A nearby search covers a circle of 50 km radius at most, which holds a square of 70 km, near the poles a smaller one. */
const maxNearbyKm = 60;

const maxRestarts = 2;

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

/** The parts of a cell that the area touches, asked in the form that worked for the cell. */
export function partRequests(plan: PlacesPlan, cell: CellState): PageRequest<'cell'>[] {
  const within = splitCell(cell.box).filter((part) => plan.areas[cell.area]?.overlaps(part));
  const { query, area, areaName, level, form, isProven } = cell;
  const worked = { ...(form === undefined ? {} : { form }), ...(isProven === undefined ? {} : { isProven }) };
  return within.map((box) => fresh(plan, { query, area, areaName, box, level: level + 1, ...worked }));
}

/** Restarts a search whose next page the service refuses, since page tokens expire. */
export function restartCell(
  plan: PlacesPlan,
  { cursor }: PageRequest<'cell'>,
): PageRequest<'cell'> | undefined {
  const { restarts = 0, ids: _, ...cell } = cursor;
  if (cell.page === 0 || restarts === maxRestarts) return undefined;
  return cellRequest(plan, { ...cell, page: 0, met: [], restarts: restarts + 1 });
}

function fresh(
  plan: PlacesPlan,
  cell: Pick<CellState, 'query' | 'area' | 'areaName' | 'box' | 'level' | 'form' | 'isProven'>,
): PageRequest<'cell'> {
  const stage = plan.countsFirst ? 'count' : 'read';
  const awaited = plan.bids ? { isAwaited: true as const } : {};
  return cellRequest(plan, { ...cell, stage, page: 0, met: [], ...awaited });
}

export function cellRequest(plan: PlacesPlan, cell: CellState): PageRequest<'cell'> {
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
