import type { CellFact } from '../../model.ts';
import type { Area } from '../areas/area.ts';
import { type Box, heightM, widthM } from '../areas/box.ts';
import { groupCells, type SearchedCells } from './cells.ts';
import { makeEstimate } from './estimate.ts';

/** How far a run's searches cover its areas. Plain JSON. */
export interface Coverage {
  /** The sum over all queries and areas: an area counts once for each query. */
  total: CoverageFigures;
  /** Each query over all areas, and each area over all queries. */
  byQuery: (CoverageFigures & { query: string })[];
  byArea: (CoverageFigures & { area: string })[];
  parts: PartCoverage[];
}

export interface CoverageFigures {
  cells: number;
  byEnd: Record<CellFact['end'], number>;
  /** Mentions of places by cells not split any further: one that several cells name counts in each. */
  found: number;
  /** Places that any cell named, each once; facts of version 0.2 and before do not say. */
  places: number | 'unknown';
  deepestLevel: number;
  /** The shortest side of any cell, metres; 0 where there is none. */
  smallestCellM: number;
  areaKm2: number;
  /** Parts of `areaKm2`, 0 to 1, by what became of their cells; `open`: no cell of it has come to an end. */
  share: Record<'whole' | 'saturated' | 'failed' | 'skipped' | 'open', number>;
  /** Places that saturated cells may hold besides those named: an estimate, see `makeEstimate`. */
  missedInSaturated: number | 'unknown';
}

/** The coverage of one query in one area. At most 1,000 cells of a kind are listed; `byEnd` counts all. */
export interface PartCoverage extends CoverageFigures {
  query: string;
  area: string;
  /** Sorted by the places that they may miss, the most first. */
  saturated: (CellInShort & { missed: number | 'unknown' })[];
  failed: CellInShort[];
  skipped: CellInShort[];
}

export interface CellInShort {
  box: Box;
  level: number;
  found: number;
  code?: string;
}

const maxListed = 1_000;

/** Keeps one entry a cell in memory. Facts of areas that are not among `areas` are left out. */
export function measureCoverage(facts: Iterable<CellFact>, areas: Area[]): Coverage {
  return coverageOf(groupCells(facts, areas));
}

/** `measureCoverage` for cells that are grouped already. */
export function coverageOf(searches: SearchedCells[]): Coverage {
  const byQuery = Map.groupBy(searches, ({ query }) => query);
  const estimates = new Map([...byQuery].map(([query, ofQuery]) => [query, makeEstimate(ofQuery)]));
  const parts = searches.map((searched) => {
    const estimate = estimates.get(searched.query) ?? (() => 'unknown' as const);
    return partOf(searched, estimate);
  });
  const figuresOf = (belongs: (part: { query: string; area: string }) => boolean) =>
    totalOf(
      parts.filter(belongs),
      countPlaces(searches.filter(({ query, area }) => belongs({ query, area: area.name }))),
    );
  return {
    total: figuresOf(() => true),
    byQuery: [...byQuery.keys()].map((query) => ({ query, ...figuresOf((part) => part.query === query) })),
    byArea: [...new Set(parts.map(({ area }) => area))].map((area) => {
      return { area, ...figuresOf((part) => part.area === area) };
    }),
    parts,
  };
}

/** Places of several searches, each once. */
function countPlaces(searches: SearchedCells[]): number | 'unknown' {
  const places = new Set<string>();
  for (const { cells } of searches) {
    for (const { named } of cells.values()) {
      if (named === undefined) return 'unknown';
      for (const key of named) places.add(key);
    }
  }
  return places.size;
}

function partOf(searched: SearchedCells, estimate: (cell: CellFact) => number | 'unknown'): PartCoverage {
  const { query, area, cells } = searched;
  const all = [...cells.values()];
  const ending = (end: CellFact['end']) => all.filter((cell) => cell.end === end);
  const saturated = ending('saturated').map((cell) => ({ ...inShort(cell), missed: estimate(cell) }));
  saturated.sort((a, b) => Number(b.missed) - Number(a.missed) || b.found - a.found);
  return {
    query,
    area: area.name,
    cells: all.length,
    byEnd: countEnds(all),
    found: all.reduce((sum, { end, found }) => (end === 'split' ? sum : sum + found), 0),
    places: countPlaces([searched]),
    deepestLevel: all.reduce((most, { level }) => Math.max(most, level), 0),
    smallestCellM: Math.round(minOf(all.map(({ box }) => Math.min(widthM(box), heightM(box))))),
    areaKm2: inSixDigits(area.areaKm2),
    share: sharesOf(all, area),
    missedInSaturated: sumOf(saturated.map(({ missed }) => missed)),
    saturated: saturated.slice(0, maxListed),
    failed: ending('failed').slice(0, maxListed).map(inShort),
    skipped: ending('skipped').slice(0, maxListed).map(inShort),
  };
}

function countEnds(cells: CellFact[]): Record<CellFact['end'], number> {
  const byEnd = { whole: 0, split: 0, saturated: 0, failed: 0, skipped: 0 };
  for (const { end } of cells) byEnd[end]++;
  return byEnd;
}

function sharesOf(cells: CellFact[], area: Area): CoverageFigures['share'] {
  const km2 = { whole: 0, saturated: 0, failed: 0, skipped: 0 };
  for (const { end, box } of cells) {
    if (end !== 'split') km2[end] += area.areaInKm2(box);
  }
  const { whole, saturated, failed, skipped } = km2;
  return toShares({ ...km2, open: Math.max(0, area.areaKm2 - whole - saturated - failed - skipped) });
}

/** Areas are exact to a thousandth (`Shape.areaInKm2`), so that a smaller open share is a rounding error. */
const minOpen = 0.001;

function toShares(km2: CoverageFigures['share']): CoverageFigures['share'] {
  const all = Object.values(km2).reduce((sum, part) => sum + part, 0);
  const share = (part: number) => (all === 0 ? 0 : Math.round((part / all) * 10_000) / 10_000);
  const { whole, saturated, failed, skipped, open } = km2;
  return {
    whole: share(whole),
    saturated: share(saturated),
    failed: share(failed),
    skipped: share(skipped),
    open: open < minOpen * all ? 0 : share(open),
  };
}

function totalOf(parts: PartCoverage[], places: CoverageFigures['places']): CoverageFigures {
  const sum = (number: (part: PartCoverage) => number) => parts.reduce((all, part) => all + number(part), 0);
  const ofArea = (kind: keyof CoverageFigures['share']) => sum((part) => part.share[kind] * part.areaKm2);
  const ends = (end: CellFact['end']) => sum((part) => part.byEnd[end]);
  return {
    cells: sum(({ cells }) => cells),
    byEnd: {
      whole: ends('whole'),
      split: ends('split'),
      saturated: ends('saturated'),
      failed: ends('failed'),
      skipped: ends('skipped'),
    },
    found: sum(({ found }) => found),
    places,
    deepestLevel: parts.reduce((most, { deepestLevel }) => Math.max(most, deepestLevel), 0),
    smallestCellM: minOf(parts.map((part) => part.smallestCellM)),
    areaKm2: inSixDigits(sum(({ areaKm2 }) => areaKm2)),
    share: toShares({
      whole: ofArea('whole'),
      saturated: ofArea('saturated'),
      failed: ofArea('failed'),
      skipped: ofArea('skipped'),
      open: ofArea('open'),
    }),
    missedInSaturated: sumOf(parts.map(({ missedInSaturated }) => missedInSaturated)),
  };
}

function inShort({ box, level, found, code }: CellFact): CellInShort {
  return { box, level, found, ...(code === undefined ? {} : { code }) };
}

function sumOf(numbers: (number | 'unknown')[]): number | 'unknown' {
  return numbers.reduce((sum, each) => (sum === 'unknown' || each === 'unknown' ? 'unknown' : sum + each), 0);
}

function minOf(numbers: number[]): number {
  return numbers.reduce((least, each) => Math.min(least, each), numbers[0] ?? 0);
}

function inSixDigits(value: number): number {
  return Number(value.toPrecision(6));
}
