import { HaltError } from '../../../errors.ts';
import type { PageRequest } from '../../../model.ts';
import type { OpenQuery, TrialVisit } from '../../ahead-parts.ts';
import { firstCellRequests } from '../cell-requests.ts';
import { placesOf } from '../places-of.ts';
import type { PlacesPlan } from '../plan.ts';
import { reviewsAfter } from '../reviews/after-place.ts';
import { reviewItemName } from '../reviews/review-item-name.ts';
import { type PlacesTrial, placesTrialLines } from './trial-text.ts';

/** One page of the first cell of the first area that a source of the job has. */
export const openPlacesQuery: OpenQuery = (opened, query) => {
  const plan = planToTry([...placesOf({ opened }).plans.values()]);
  const [request] = firstCellRequests(asked(plan, query));
  if (request === undefined) throw new HaltError('USAGE', 'the area has no cell');
  return {
    index: plan.index,
    request,
    leadsToItem: ({ kind }) => kind === 'place',
    after: (asked, fact) =>
      asked.kind === 'place' || asked.kind === 'details' || asked.kind === 'site'
        ? reviewsAfter(asked, fact).links?.[0]
        : undefined,
    report(answer, found, steps) {
      const trial = trialOf(plan, query, answer, found, steps);
      return { figures: trial, lines: (paint, itemLines) => placesTrialLines(trial, paint, itemLines) };
    },
  };
};

function planToTry(plans: PlacesPlan[]): PlacesPlan {
  const plan = plans.find(({ areas }) => areas.length > 0);
  if (plan === undefined) {
    const instead = 'a query needs areas; run the job with --max-items 1 to see what one of them gives';
    throw new HaltError('USAGE', `the job only names placeIds, and has no area to search: ${instead}`);
  }
  return plan;
}

/** To see the places at once, they are read without being counted first. */
function asked(plan: PlacesPlan, query: string): PlacesPlan {
  return { ...plan, source: { ...plan.source, queries: [query] }, countsFirst: false, bids: false };
}

function trialOf(
  plan: PlacesPlan,
  query: string,
  answer: TrialVisit,
  found: PageRequest[],
  steps: TrialVisit[],
): PlacesTrial {
  const billed = [answer, ...steps].reduce(
    (sum, { linkCounts }) => sum + (linkCounts['billedMicroUsd'] ?? 0),
    0,
  );
  return {
    query,
    area: plan.areas[0]?.name ?? '',
    source: plan.source.source,
    fact: answer.fact,
    places: found.length,
    refused: Object.fromEntries(
      Object.entries(answer.linkCounts).filter(([name]) => name.startsWith('refused:')),
    ),
    hasMore: answer.links.some(({ kind }) => kind === 'cell'),
    items: steps.flatMap(({ items }) => items.filter(({ item }) => item !== reviewItemName)),
    reviews: steps.flatMap(({ items }) => items.filter(({ item }) => item === reviewItemName)),
    sites: steps.flatMap(({ url, fact: { kind, code } }) =>
      kind === 'site' && code !== undefined ? [{ url, code }] : [],
    ),
    billedUsd: billed / 1e6,
  };
}
