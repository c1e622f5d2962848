import type { Outcomes } from '../coordination/ports.ts';
import { DropError } from '../errors.ts';
import type { Job } from '../job/schema.ts';
import type { CellFact, ReviewsFact } from '../model.ts';
import type { CoverageOfSource, CoveragePlan } from '../sources/reports.ts';
import { sourceOf } from '../sources/sources.ts';
import type { OpenSourceFile } from '../sources/types.ts';

/** How far one source of a run has covered its areas. */
export interface CoverageReport extends CoverageOfSource {
  /** Index into `job.sources`. */
  index: number;
  /** The name of the source and its target. */
  source: string;
}

/**
 * A report for each source with areas; for a run that goes on, its current state. Keeps one fact per cell, and
 * per place with reviews, in memory.
 */
export async function reportCoverage(
  outcomes: Pick<Outcomes, 'list'>,
  run: string,
  job: Pick<Job, 'sources'>,
  openFile: OpenSourceFile,
): Promise<CoverageReport[]> {
  const plans = await plansOf(job, openFile);
  if (plans.length === 0) return [];
  const facts = new Map(plans.map(({ index }) => [index, noFacts()]));
  for await (const { pages } of outcomes.list(run)) {
    for (const { cell, reviews, source = -1 } of pages) {
      if (cell !== undefined) facts.get(source)?.cells.push(cell);
      if (reviews !== undefined) facts.get(source)?.reviews.push(reviews);
    }
  }
  return plans.map(({ index, service, report }) => {
    const { cells, reviews } = facts.get(index) ?? noFacts();
    return { index, source: service, ...report(cells, reviews) };
  });
}

function noFacts(): { cells: CellFact[]; reviews: ReviewsFact[] } {
  return { cells: [], reviews: [] };
}

async function plansOf(job: Pick<Job, 'sources'>, openFile: OpenSourceFile): Promise<CoveragePlan[]> {
  const ways = new Set(job.sources.flatMap((source) => sourceOf(source).rules.coverage ?? []));
  const plans = await Promise.all([...ways].map(async (load) => (await load()).plan(job, openFile)));
  return plans.flat().sort((a, b) => a.index - b.index);
}

/** For callers that have the items, which exist even if the file of an area was deleted since the run began. */
export function noneIfGone(error: unknown): CoverageReport[] {
  if (error instanceof DropError) return [];
  throw error;
}

/** All figures of a report, and the source that they are about. */
export function figuresOf({ index, source, figures }: CoverageReport): object {
  return { index, source, ...figures };
}

/** Names of the files that hold the reports: all figures in one, a picture each. */
export function coverageFiles(reports: CoverageReport[]): { name: string; text: string }[] {
  if (reports.length === 0) return [];
  const figures = reports.map(figuresOf);
  return [
    { name: 'coverage.json', text: `${JSON.stringify(figures, null, 2)}\n` },
    ...reports.map(({ picture }, position) => ({
      name: position === 0 ? 'coverage.svg' : `coverage-${position + 1}.svg`,
      text: picture,
    })),
  ];
}
