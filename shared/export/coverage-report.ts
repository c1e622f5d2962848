import type { Outcomes } from '../coordination/ports.ts';
import { DropError } from '../errors.ts';
import type { Job } from '../job/schema.ts';
import type { CellFact } from '../model.ts';
import { groupCells } from '../places/coverage/cells.ts';
import { type Coverage, coverageOf } from '../places/coverage/coverage.ts';
import { drawCoverage } from '../places/coverage/picture.ts';
import { planPlaces } from '../sources/places/plan.ts';
import type { OpenSourceFile } from '../sources/types.ts';

/** How far one places source of a run has covered its areas. */
export interface CoverageReport {
  /** Index into `job.sources`. */
  index: number;
  source: 'google-places' | 'google-maps';
  coverage: Coverage;
  /** SVG. */
  picture: string;
}

/** A report for each places source with areas; of a run that goes on, as it stands. Keeps one fact a cell in memory. */
export async function reportCoverage(
  outcomes: Pick<Outcomes, 'list'>,
  run: string,
  job: Pick<Job, 'sources'>,
  openFile: OpenSourceFile,
): Promise<CoverageReport[]> {
  const plans = [...(await planPlaces(job, openFile)).values()].filter(({ areas }) => areas.length > 0);
  if (plans.length === 0) return [];
  const facts = new Map<number, CellFact[]>(plans.map(({ index }) => [index, []]));
  for await (const { pages } of outcomes.list(run)) {
    for (const { cell, source = -1 } of pages) {
      if (cell !== undefined) facts.get(source)?.push(cell);
    }
  }
  return plans.map(({ index, source, areas }) => {
    const searches = groupCells(facts.get(index) ?? [], areas);
    const coverage = coverageOf(searches);
    return { index, source: source.source, coverage, picture: drawCoverage(searches, coverage) };
  });
}

/** For whoever has the items, which are there whatever became of the file of an area since the run began. */
export function noneIfGone(error: unknown): CoverageReport[] {
  if (error instanceof DropError) return [];
  throw error;
}

/** Names of the files that hold the reports: all figures in one, a picture each. */
export function coverageFiles(reports: CoverageReport[]): { name: string; text: string }[] {
  if (reports.length === 0) return [];
  const figures = reports.map(({ index, source, coverage }) => ({ index, source, ...coverage }));
  return [
    { name: 'coverage.json', text: `${JSON.stringify(figures, null, 2)}\n` },
    ...reports.map(({ picture }, place) => ({
      name: place === 0 ? 'coverage.svg' : `coverage-${place + 1}.svg`,
      text: picture,
    })),
  ];
}
