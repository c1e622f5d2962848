import type { CellFact } from '../../model.ts';
import type { Area } from '../areas/area.ts';
import type { Box } from '../areas/box.ts';

/** The cells of one query in one area. */
export interface SearchedCells {
  query: string;
  area: Area;
  /** By `keyOfBox`. */
  cells: Map<string, CellFact>;
}

/**
 * Facts by query and area, in the order of the areas and then of the queries' names. A cell with two facts
 * counts once, by the last one. Facts of areas that are not among `areas` are left out.
 */
export function groupCells(facts: Iterable<CellFact>, areas: Area[]): SearchedCells[] {
  const byArea = new Map(
    areas.map((area) => [area.name, { area, byQuery: new Map<string, SearchedCells>() }]),
  );
  for (const fact of facts) {
    const entry = byArea.get(fact.area);
    if (entry === undefined) continue;
    const { area, byQuery } = entry;
    const searched = byQuery.get(fact.query) ?? { query: fact.query, area, cells: new Map() };
    byQuery.set(fact.query, searched);
    searched.cells.set(keyOfBox(fact.box), fact);
  }
  return [...byArea.values()].flatMap(({ byQuery }) =>
    [...byQuery.values()].sort((a, b) => (a.query < b.query ? -1 : 1)),
  );
}

export function keyOfBox({ west, south, east, north }: Box): string {
  return `${west} ${south} ${east} ${north}`;
}
