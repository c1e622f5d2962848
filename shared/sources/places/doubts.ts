import { writeReason } from '../../errors.ts';
import type { Counts } from '../../model.ts';
import { byCount } from '../../text/code-counts.ts';
import { formatCount, formatNoun } from '../../text/format.ts';
import type { PlacesSummary } from './summary-shape.ts';

/** Fields that most places have; that none of a run's places has one of the others shows nothing. */
const usual = new Set([
  'reviews',
  'plusCode',
  'reviewsPerRating',
  'featuredReviews',
  'images',
  'owner',
  'about',
]);

/** What of a run's places is doubtful, a line each. */
export function doubtLines(places: PlacesSummary): string[] {
  const { askedAgain, forms, unknownStatus, unreadRows, askedForReviews, asked } = places;
  const [usualForm] = forms;
  const lacking = lackedByAll(asked);
  return [
    ...(askedAgain > 0
      ? [`${formatCount(askedAgain)} of them to learn whether cells without places are empty`]
      : []),
    ...(usualForm === undefined ? [] : [`answered in the form of request “${usualForm.name}”`]),
    ...(askedForReviews > 0
      ? [
          `${formatNoun(askedForReviews, 'place')} asked for the number of reviews, which searches did not name`,
        ]
      : []),
    ...(unknownStatus > 0
      ? [
          `${formatNoun(unknownStatus, 'mention')} with unknown words about being open or closed: status is unknown`,
        ]
      : []),
    ...(unreadRows > 0 ? [`${formatNoun(unreadRows, 'result')} could not be read`] : []),
    ...(lacking.length > 0
      ? [`in no answer with details: ${lacking.map(({ field }) => field).join(', ')}`]
      : []),
  ];
}

/** Why a run is not what was asked of it, whether or not it has items. */
export function placesFellShort(places: PlacesSummary): string | undefined {
  const { searches, cells, named, asked, failures, skips, details, found, billedUsd } = places;
  if (found === 0 && billedUsd === 0 && skips.some(({ code }) => code === 'LIMIT_BUDGET'))
    return 'limits.budgetUsd is less than the first request costs: no place was read';
  const isDoubtful = failures.some(({ of, code }) => of === 'searches' && code === 'EMPTY_DOUBTFUL');
  if (named === 0 && isDoubtful) {
    const message =
      'no search of the run named a place, and a listing that holds results back answers like that';
    return writeReason({ code: 'GATED_STUB', message });
  }
  const lacking = lackedByAll(asked);
  if (lacking.length === asked.length && lacking.some(({ field }) => usual.has(field))) {
    const fields = lacking.map(({ field }) => field).join(', ');
    const message = `none of ${formatNoun(details.stored, 'answer')} with a place’s details had ${fields}`;
    return writeReason({ code: 'GATED_STUB', message });
  }
  const ended =
    cells.whole + cells.split + cells.saturated + cells.failed + searches.failed + searches.skipped;
  // What a limit of the job ends is what was asked.
  const isLimited = skips.some(({ of, code }) => of === 'searches' && code.startsWith('LIMIT_'));
  if (cells.whole > 0 || ended === 0 || isLimited) return undefined;
  return `nothing of the area was searched whole: ${formatCount(cells.saturated)} cells are saturated, the others failed`;
}

/** From the counts of answers that had a field, and that lacked it. */
export function askedFields(counts: Counts): PlacesSummary['asked'] {
  const fields = new Set(
    [...byCount(counts, 'gave:'), ...byCount(counts, 'lacked:')].map(({ name }) => name),
  );
  return [...fields].map((field) => {
    return { field, had: counts[`gave:${field}`] ?? 0, lacked: counts[`lacked:${field}`] ?? 0 };
  });
}

function lackedByAll(asked: PlacesSummary['asked']): PlacesSummary['asked'] {
  return asked.filter(({ had }) => had === 0);
}
