import type { CellFact } from '../../../model.ts';
import { groupCells } from '../../../places/coverage/cells.ts';
import { coverageOf } from '../../../places/coverage/coverage.ts';
import { drawCoverage } from '../../../places/coverage/picture.ts';
import { firstCellRequests } from '../cell-requests.ts';
import type { PlacesPlan } from '../plan.ts';

/** A map of the areas of a source, with the cells that were counted, or those that a run would begin with. None without areas. */
export function areasPicture(plan: PlacesPlan, counted: CellFact[] | undefined): string[] {
  if (plan.areas.length === 0) return [];
  const facts = counted !== undefined && counted.length > 0 ? counted : firstFacts(plan);
  const searches = groupCells(facts, plan.areas);
  return [drawCoverage(searches, coverageOf(searches))];
}

function firstFacts(plan: PlacesPlan): CellFact[] {
  return firstCellRequests(plan).map(({ cursor: { query, areaName: area, box, level } }) => {
    return { query, area, box, level, found: 0, end: 'skipped' };
  });
}
