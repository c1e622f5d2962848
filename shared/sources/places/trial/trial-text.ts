import { type Code, explainCode } from '../../../errors.ts';
import type { Counts, Item, PageFact } from '../../../model.ts';
import { formatCount, formatNoun, formatUsd } from '../../../text/format.ts';
import type { Paint } from '../../../text/paint.ts';

/** What a run would make of one answer to one query. */
export interface PlacesTrial {
  query: string;
  area: string;
  source: 'google-places' | 'google-maps';
  /** How the search ended, as a run would write it down. */
  fact: PageFact;
  /** Places of the answer that pass, and those that do not, by reason. */
  places: number;
  refused: Counts;
  /** The search goes on: more pages, or smaller cells. */
  hasMore: boolean;
  items: Item[];
  /** Of the first of these, from one page of reviews, where the job takes them. */
  reviews: Item[];
  /** Pages of businesses' websites that could not be read. */
  sites: { url: string; code: string }[];
  /** What Google bills for it, in US dollars. */
  billedUsd: number;
}

/** A page has twenty: two show what they are. */
const shownReviews = 2;

const refusals: Record<string, string> = { area: 'outside of the area', filter: 'not as the filter wants' };

/** A trial of a search for places as lines for people. */
export function placesTrialLines(
  trial: PlacesTrial,
  paint: Paint,
  itemLines: (item: Item) => string[],
): string[] {
  const { query, area, source, fact, places, hasMore, refused, items, reviews, sites, billedUsd } = trial;
  const lines = [`${paint('bold', query)} in ${area}, one answer of ${source}`];
  if (fact.end !== 'stored') return [...lines, ...unansweredLines(trial, paint)];
  lines.push(
    `  places  ${formatCount(places)}${hasMore ? ', and a run would go on from here' : ': that is all of them'}`,
  );
  for (const [name, count] of Object.entries(refused)) {
    const reason = name.replace('refused:', '');
    lines.push(`          ${formatCount(count)} more ${refusals[reason] ?? reason}`);
  }
  for (const item of items) lines.push(...itemLines(item));
  if (reviews.length > 0)
    lines.push(`  reviews ${formatNoun(reviews.length, 'review')} on the first page of the first place`);
  for (const item of reviews.slice(0, shownReviews)) lines.push(...itemLines(item));
  for (const { url, code: why } of sites)
    lines.push(`  site    ${url}: ${paint('yellow', why)}: ${explainCode(why as Code).happened}`);
  if (items.length < places)
    lines.push(
      `  … ${formatNoun(places - items.length, 'more place', 'more places')}; --limit ${places} shows all`,
    );
  if (source === 'google-places') lines.push(`  google  ${formatUsd(billedUsd)} for this trial`);
  return lines;
}

function unansweredLines({ fact: { end, code, message } }: PlacesTrial, paint: Paint): string[] {
  const { happened, remedy } = explainCode(code as Code);
  return [
    `  ${end === 'skipped' ? 'skipped' : 'failed '} ${paint('red', code ?? '')}: ${message ?? happened}`,
    `          ${remedy}`,
  ];
}
