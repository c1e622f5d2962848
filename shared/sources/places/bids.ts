import type { Counts, PageRequest } from '../../model.ts';
import { countsOfAnnounced, countsOfBegun } from '../bid-counts.ts';
import type { Bid } from '../kind.ts';
import type { CellBid, CellState } from './cell-state.ts';
import { pagesOf } from './paging.ts';
import type { PlacesPlan } from './plan.ts';

// Where a budget may not pay for all cells, those go first that promise most places for a dollar: cells are counted for free, so it is
// known. A page costs the same whether it has twenty places or one.

/** The count of cells of which it is not known yet what they hold. */
const toCount = 'cells:to-count';

/** Of a cell that holds `counted` places. */
export function bidOfCell({ bill, bids }: PlacesPlan, counted: number): CellBid | undefined {
  if (!bids || bill === undefined) return undefined;
  const microUsd = pagesOf(counted) * bill.search.microUsd;
  return { perUsd: Math.floor((counted * 1e6) / microUsd), microUsd };
}

/** The bid of a request that reads a counted cell from its first page. */
export function bidOf({ cursor }: PageRequest<'cell'>): Bid | undefined {
  const { bid, stage, page } = cursor;
  if (bid === undefined || stage !== 'read' || page > 0) return undefined;
  return { ...bid, isOpen: (counts) => (counts[toCount] ?? 0) > 0 };
}

/** Of cells that were counted and are to be read. */
export function countsOfReading(next: PageRequest<'cell'>[]): Counts {
  const [bid] = next.flatMap((request) => bidOf(request) ?? []);
  return bid === undefined ? {} : countsOfAnnounced(bid);
}

/** Of a cell that was read, or whose reading was given up, for the first time. */
export function countsOfFirstRead(request: PageRequest<'cell'>): Counts {
  const bid = request.attempt === 0 ? bidOf(request) : undefined;
  return bid === undefined ? {} : countsOfBegun(bid);
}

/** Of cells that are to be counted, less the one that was. */
export function countsToCount(next: PageRequest<'cell'>[], ended?: CellState): Counts {
  const added = next.filter(({ cursor }) => cursor.isAwaited === true).length;
  const change = added - (ended?.isAwaited === true ? 1 : 0);
  return change === 0 ? {} : { [toCount]: change };
}

/** How many pages follow the first one of a counted cell, which the budget pays for together, so that no cell is read by half. */
export function pagesAhead({ attempt, cursor }: PageRequest<'cell'>): number {
  return cursor.bid === undefined || cursor.page > 0 || attempt > 0
    ? 0
    : pagesOf(cursor.countedKeys?.length ?? 0) - 1;
}
