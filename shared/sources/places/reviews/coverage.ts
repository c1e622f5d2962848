import type { ReviewsFact } from '../../../model.ts';
import { formatCount, formatNoun } from '../../../text/format.ts';

/** How far the reviews of a source's places were read. */
interface ReviewFigures {
  /** Places by the ends of their reviews. */
  places: Partial<Record<ReviewsFact['end'], number>>;
  /** Those that were not read to their end, nor as far as the job asks. */
  cut: Pick<ReviewsFact, 'placeId' | 'listed' | 'code'>[];
}

/** Nothing of a source that takes none. */
export function reviewFigures(facts: ReviewsFact[]): { reviews?: ReviewFigures } {
  if (facts.length === 0) return {};
  const byEnd = [...Map.groupBy(facts, ({ end }) => end)].map(([end, of]) => [end, of.length]);
  const cut = facts
    .filter(({ end }) => end === 'cut')
    .map(({ placeId, listed, code }) => ({ placeId, listed, ...(code === undefined ? {} : { code }) }));
  return { reviews: { places: Object.fromEntries(byEnd), cut } };
}

export function reviewCoverageLines(facts: ReviewsFact[]): string[] {
  const cut = facts.filter(({ end }) => end === 'cut').length;
  if (cut === 0) return [];
  return [
    `          the reviews of ${formatCount(cut)} of ${formatNoun(facts.length, 'place')} were not read to their end`,
  ];
}
