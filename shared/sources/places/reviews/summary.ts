import { codeLines, describeEnds, endsOf, explained, totalOf } from '../../../text/code-counts.ts';
import { formatCount, formatNoun } from '../../../text/format.ts';
import type { Paint } from '../../../text/paint.ts';
import type { SourceSummary } from '../../reports.ts';
import type { ReviewsSummary } from './summary-shape.ts';

const prefix = 'review:';

export const reviewsSummary: SourceSummary<'reviews'> = {
  key: 'reviews',
  of(counts) {
    if (counts[`${prefix}admitted`] === undefined) return undefined;
    const places = (end: keyof ReviewsSummary['places']) => counts[`reviewed:${end}`] ?? 0;
    return {
      pages: endsOf(counts, prefix),
      listed: counts['reviews:listed'] ?? 0,
      older: counts['reviews:older'] ?? 0,
      known: counts['reviews:known'] ?? 0,
      edited: counts['reviews:edited'] ?? 0,
      places: {
        ...{ whole: places('whole'), since: places('since'), max: places('max') },
        ...{ known: places('known'), limited: places('limited'), cut: places('cut') },
      },
      cuts: explained(counts, 'reviewed:cut:'),
      limits: explained(counts, 'reviewed:limited:'),
      unsorted: counts['reviewed:unsorted'] ?? 0,
      readAnew: counts['reviews:read-anew'] ?? 0,
    };
  },
  lines: reviewsLines,
  progress({ [`${prefix}admitted`]: admitted, 'reviews:listed': listed = 0 }) {
    return admitted === undefined ? [] : [formatNoun(listed, 'review')];
  },
  nothingGained: () => undefined,
  fellShort({ places }) {
    if (places.cut === 0) return undefined;
    const all = formatNoun(
      Object.values(places).reduce((sum, count) => sum + count, 0),
      'place',
    );
    return `the reviews of ${formatCount(places.cut)} of ${all} were not read to their end, for the reasons above`;
  },
  bill: { shares: () => false, lines: () => [] },
  balanced: { what: 'pages of reviews', prefix },
};

function reviewsLines(reviews: ReviewsSummary, paint: Paint): string[] {
  const { pages, listed, older, known, edited, places, cuts, limits, unsorted, readAnew } = reviews;
  const left = [
    ...(older > 0 ? [`${formatCount(older)} older than since`] : []),
    ...(known > 0 ? [`${formatCount(known)} known from earlier runs`] : []),
    ...(edited > 0 ? [`${formatCount(edited)} edited since an earlier run`] : []),
  ];
  const ends = [
    ...(totalOf(pages) === 0 ? [] : [describeEnds(['page of reviews', 'pages of reviews'], pages)]),
    ...placeParts(places),
  ];
  return [
    `  reviews ${[`${formatCount(listed)} listed`, ...left].join(', ')}`,
    `          ${ends.join('; ')}`,
    ...codeLines(cuts, 'red', paint),
    ...codeLines(limits, 'dim', paint),
    ...(unsorted > 0
      ? [
          `          ${formatNoun(unsorted, 'place')} whose reviews are not listed newest first: read to the end of the list`,
        ]
      : []),
    ...(readAnew > 0
      ? [
          `          ${formatNoun(readAnew, 'time')} read anew from the first page, as a later one was not answered`,
        ]
      : []),
  ];
}

function placeParts({ whole, since, max, known, limited, cut }: ReviewsSummary['places']): string[] {
  const parts: [number, string][] = [
    [whole, 'to the end'],
    [since, 'to since'],
    [max, 'to maxPerPlace'],
    [known, 'to what earlier runs had read'],
    [limited, 'as far as the limits of the job'],
    [cut, 'not to the end'],
  ];
  const found = parts.filter(([count]) => count > 0);
  return found.length === 0
    ? []
    : [`places read ${found.map(([count, how]) => `${how}: ${formatCount(count)}`).join(', ')}`];
}
