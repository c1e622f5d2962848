import { groupCells } from '../../places/coverage/cells.ts';
import { coverageOf } from '../../places/coverage/coverage.ts';
import { drawCoverage } from '../../places/coverage/picture.ts';
import type { SourceCoverage } from '../reports.ts';
import { searchFilters } from './api/search-filters.ts';
import { coverageLines } from './coverage-text.ts';
import { planPlaces } from './plan.ts';
import { reviewCoverageLines, reviewFigures } from './reviews/coverage.ts';

export const placesCoverage: SourceCoverage = {
  async plan(job, openFile) {
    const plans = [...(await planPlaces(job, openFile)).values()].filter(({ areas }) => areas.length > 0);
    return plans.map(({ index, source, areas }) => ({
      index,
      service: source.source,
      report(facts, reviews) {
        const searches = groupCells(facts, areas);
        const coverage = coverageOf(searches);
        const filters = searchFilters(source);
        return {
          figures: { filters, ...coverage, ...reviewFigures(reviews) },
          picture: drawCoverage(searches, coverage),
          lines: (of) => [...coverageLines(coverage, filters, of), ...reviewCoverageLines(reviews)],
        };
      },
    }));
  },
};
