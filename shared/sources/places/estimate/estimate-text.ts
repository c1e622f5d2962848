import { type Code, explainCode } from '../../../errors.ts';
import type { Job } from '../../../job/schema.ts';
import type { FreeRequests } from '../../../places/free-requests.ts';
import { skuNames } from '../../../places/skus.ts';
import { formatCount, formatDuration, formatNoun, formatUsd } from '../../../text/format.ts';
import { reviewsPerPage } from '../listing/reviews-request.ts';
import type { PlacesPlan } from '../plan.ts';
import type { CountEnd, EstimateOfSource, PlacesEstimate } from './estimate-source.ts';

/** The estimate of a search for places as lines. */
export function placesEstimateLines(
  job: Job,
  placesEstimate: PlacesEstimate,
  end: CountEnd,
  awsUsd: number,
): string[] {
  const { sources, isLowerBound, places } = placesEstimate;
  const least = isLowerBound ? 'at least ' : '';
  const isCounted = places !== undefined && (places > 0 || !isLowerBound);
  return [
    `${job.name}: an estimate of its search for places`,
    ...(isCounted ? [`  places  ${least}${formatCount(places)}, before filters`] : []),
    ...figureLines(placesEstimate, least, awsUsd),
    ...sources.flatMap((source) => knownLines(source, end)),
    ...sources.flatMap(reviewLines),
  ];
}

/** Gives no time where nothing was counted: a listing without counted requests would seem to take none. */
function figureLines(
  { sources, googleUsd, free, durationMs }: PlacesEstimate,
  least: string,
  awsUsd: number,
): string[] {
  const bills = sources.flatMap((source) => source.bills);
  const total = `${least}${formatUsd(googleUsd)} on Google’s bill, by its list prices`;
  return [
    ...bills.map(({ sku, requests, usd }, index) => {
      const head = index === 0 ? '  google  ' : '          ';
      return `${head}${formatNoun(requests, 'request')} of ${skuNames[sku]}: ${formatUsd(usd)}`;
    }),
    ...(bills.length === 0 ? [] : [`  total   ${total}`]),
    ...freeLines(free, googleUsd),
    ...(hasCounted(sources)
      ? [
          `  time    ${least}${formatDuration(durationMs)} of requests to Google; websites are read meanwhile`,
          `  aws     about ${formatUsd(awsUsd)} besides, if it runs there`,
        ]
      : []),
  ];
}

function hasCounted(sources: EstimateOfSource[]): boolean {
  return sources.some(({ known }) => known === 'counted' || known === 'begun');
}

function knownLines(estimate: EstimateOfSource, end: CountEnd): string[] {
  const { source, known, shareCounted, requests } = estimate;
  if (known === 'counted') return [];
  if (known === 'begun') {
    const share = `${Math.floor(100 * shareCounted)} %`;
    return causeLines(`  counted ${share} of the area`, estimate, end);
  }
  if (known === 'nothing')
    return causeLines('  places  unknown: no cell was searched to its end', estimate, end);
  const why =
    source === 'google-maps'
      ? 'the listing is not asked for an estimate'
      : 'its searches cannot be made for free';
  return [
    `  places  unknown: ${why}; it begins with ${formatNoun(requests, 'request')}, and full cells are split`,
  ];
}

/** How many reviews a place has is known from its answer alone. */
function reviewLines({ reviews }: EstimateOfSource): string[] {
  if (reviews === undefined) return [];
  const { least, most } = reviews;
  const limit = most === undefined ? '; maxPerPlace or since sets a limit' : `, ${formatCount(most)} at most`;
  return [
    `  reviews a request for each ${reviewsPerPage} of a place, ${formatCount(least)} at least${limit}`,
  ];
}

/** Why a count did not come to its end, and what to do about it. */
function causeLines(
  what: string,
  { failures, retries, known }: EstimateOfSource,
  { heldUp, isInterrupted }: CountEnd,
): string[] {
  if (heldUp !== undefined) return [`${what} before it was held up`];
  // Retries are mentioned only if no search was answered: otherwise they are no problem.
  const troubles = known === 'nothing' ? { ...retries, ...failures } : failures;
  const codes = Object.entries(troubles).sort(([, one], [, other]) => other - one);
  const [code] = codes[0] ?? [];
  if (code === undefined)
    return [
      `${what} ${isInterrupted ? 'before it was interrupted' : 'in the time given; --max-seconds for more'}`,
    ];
  const { happened, remedy } = explainCode(code as Code);
  const counted = codes.map(([name, count]) => `${name} ${formatCount(count)}`).join(', ');
  return [`${what}; searches failed: ${counted}`, `          ${happened} ${remedy}`];
}

/** Suggestions about the job's budget. */
export function budgetLines(
  { limits }: Job,
  { sources, googleUsd, isLowerBound }: PlacesEstimate,
  awsUsd: number,
): string[] {
  const { budgetUsd } = limits;
  const total = googleUsd + awsUsd;
  const isBilled = sources.some(({ bills }) => bills.length > 0);
  if (!isBilled && !hasCounted(sources.filter(({ source }) => source === 'google-places'))) return [];
  if (budgetUsd === undefined)
    return ['  hint    limits.budgetUsd is not set; with it, no request is made that it would not cover'];
  if (budgetUsd >= total && !isLowerBound) return [];
  return [
    `  hint    limits.budgetUsd of ${formatUsd(budgetUsd)} ends the run ${budgetUsd < total ? 'before it is through' : 'where it is reached'}`,
  ];
}

export function onlyNewLines(plans: PlacesPlan[]): string[] {
  if (!plans.some(({ source, bill }) => source.onlyNew && bill !== undefined)) return [];
  return [
    '  hint    onlyNew: what earlier runs gave or left out is not paid for again; this is at most, as if they had not been',
  ];
}

/** What Google's free requests of this month leave of the bill. */
function freeLines({ bySku, usd }: FreeRequests, googleUsd: number): string[] {
  if (bySku.length === 0) return [];
  const which = bySku.map(({ sku, requests }) => `${formatCount(requests)} × ${skuNames[sku]}`).join(', ');
  return [
    `          ${formatUsd(googleUsd - usd)} if this month’s free requests are left for it: at most ${which}, by the runs in`,
    '          this store; what else the billing account was used for is not known',
  ];
}
