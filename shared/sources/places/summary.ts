import type { Counts } from '../../model.ts';
import { areInOneMonth, type FreeRequests, freeRequests } from '../../places/free-requests.ts';
import { defaultPrices, type Sku, skuNames } from '../../places/skus.ts';
import { byCount, codeLines, describeEnds, endsOf, explained, totalOf } from '../../text/code-counts.ts';
import { formatCount, formatNoun, formatUsd } from '../../text/format.ts';
import type { Paint } from '../../text/paint.ts';
import type { SourceSummary } from '../reports.ts';
import { askedFields, doubtLines, placesFellShort } from './doubts.ts';
import type { PlacesCodeCount, PlacesSummary } from './summary-shape.ts';

const groups: { readonly [Of in PlacesCodeCount['of']]: string } = {
  found: 'place',
  searches: 'cell',
  details: 'details',
  sites: 'site',
};

export const placesSummary: SourceSummary<'places'> = {
  key: 'places',
  of(counts) {
    const searches = endsOf(counts, 'cell:');
    const found = counts['place:admitted'] ?? 0;
    if (totalOf(searches) === 0 && found === 0) return undefined;
    return {
      searches,
      details: endsOf(counts, 'details:'),
      sites: endsOf(counts, 'site:'),
      found,
      known: counts['place:skipped:PLACE_KNOWN'] ?? 0,
      unread: counts['known:unread'] ?? 0,
      outside: counts['refused:area'] ?? 0,
      filtered: counts['refused:filter'] ?? 0,
      cells: {
        whole: counts['cells:whole'] ?? 0,
        split: counts['cells:split'] ?? 0,
        saturated: counts['cells:saturated'] ?? 0,
        failed: counts['cells:failed'] ?? 0,
      },
      named: counts['cells:named'] ?? 0,
      forms: byCount(counts, 'cells:form:'),
      askedAgain: counts['cells:asked-again'] ?? 0,
      unknownStatus: counts['status:unknown'] ?? 0,
      unreadRows: counts['rows:unread'] ?? 0,
      askedForReviews: counts['reviews:asked'] ?? 0,
      asked: askedFields(counts),
      failures: codesOf(counts, 'failed'),
      skips: codesOf(counts, 'skipped').filter(({ code }) => code !== 'PLACE_KNOWN'),
      billed: byCount(counts, 'billed:').map(({ name, count }) => ({
        sku: skuNames[name as Sku] ?? name,
        id: name,
        requests: count,
      })),
      billedUsd: (counts['billedMicroUsd'] ?? 0) / 1e6,
      free: freeOf(byCount(counts, 'billed:'), {}).map(({ sku, requests }) => ({
        sku: skuNames[sku],
        requests,
      })),
    };
  },
  lines: placesLines,
  progress(counts) {
    const { 'cell:stored': searches = 0, 'place:admitted': places = 0, 'site:stored': sites = 0 } = counts;
    const unanswered = (counts['cell:failed'] ?? 0) + (counts['cell:skipped'] ?? 0);
    return [
      ...(searches > 0 || places > 0 || unanswered > 0
        ? [formatNoun(searches, 'search', 'searches'), `${formatNoun(places, 'place')} found`]
        : []),
      ...(unanswered > 0 ? [`${formatNoun(unanswered, 'search', 'searches')} without an answer`] : []),
      ...(sites > 0 ? [`${formatNoun(sites, 'page')} of websites`] : []),
    ];
  },
  nothingGained({ searches, details }) {
    const hasSearched = searches.stored + searches.failed + searches.skipped > 0;
    const asked = hasSearched ? searches : details;
    const isAnswered = asked.stored > 0 || asked.failed + asked.skipped === 0;
    if (isAnswered) return undefined;
    const what = hasSearched ? 'search' : 'request for the details of a place';
    return `nothing was searched: no ${what} was answered, for the reasons above`;
  },
  fellShort: placesFellShort,
  bill: { shares: areInOneMonth, lines: freeOfRun },
  balanced: { what: 'places', prefix: 'place:' },
};

function codesOf(counts: Counts, end: 'failed' | 'skipped'): PlacesCodeCount[] {
  return (Object.keys(groups) as PlacesCodeCount['of'][]).flatMap((of) =>
    explained(counts, `${groups[of]}:${end}:`).map((code) => ({ of, ...code })),
  );
}

function placesLines(places: PlacesSummary, paint: Paint): string[] {
  const { searches, details, sites, found, known, unread, outside, filtered, billed, billedUsd } = places;
  const left = [
    ...(known > 0 ? [`${formatCount(known)} known from earlier runs`] : []),
    ...(unread > 0
      ? [`${formatNoun(unread, 'mention')} known from earlier runs, and not paid for again`]
      : []),
    ...(outside > 0 ? [`${formatNoun(outside, 'mention')} outside of the area`] : []),
    ...(filtered > 0 ? [`${formatNoun(filtered, 'mention')} not as the filter wants`] : []),
  ];
  const bills = billed.map(({ sku, requests }) => `${formatCount(requests)} × ${sku}`);
  return [
    `  places  ${[`${formatCount(found)} found`, ...left].join(', ')}`,
    ...linesOf(places, 'found', paint),
    `  asked   ${describeEnds(['answer to a search', 'answers to searches'], searches)}`,
    ...linesOf(places, 'searches', paint),
    ...(totalOf(details) === 0
      ? []
      : [
          `          ${describeEnds(['answer with a place’s details', 'answers with places’ details'], details)}`,
        ]),
    ...linesOf(places, 'details', paint),
    ...doubtLines(places).map((line) => `          ${line}`),
    ...(totalOf(sites) === 0
      ? []
      : [
          `          ${describeEnds(['page of a business’s website', 'pages of businesses’ websites'], sites)}`,
        ]),
    ...linesOf(places, 'sites', paint),
    ...(bills.length === 0 ? [] : [`  google  ${formatUsd(billedUsd)}: ${bills.join(', ')}`]),
  ];
}

/** By list prices; the job may have others, in which Google's free requests are a matter of its contract. */
function freeOf(billed: { name: string; count: number }[], before: Counts): FreeRequests['bySku'] {
  const bills = billed.map(({ name, count }) => {
    return { sku: name, requests: count, usd: (count * (defaultPrices[name as Sku] ?? 0)) / 1_000 };
  });
  return freeRequests(bills, before).bySku;
}

function freeOfRun({ billed, billedUsd }: PlacesSummary, before: Counts): string[] {
  const bySku = freeOf(
    billed.map(({ id, requests }) => ({ name: id, count: requests })),
    before,
  );
  if (billedUsd === 0 || bySku.length === 0) return [];
  const which = bySku.map(({ sku, requests }) => `${formatCount(requests)} × ${skuNames[sku]}`).join(', ');
  return [
    `  free    at most ${which} of this month, by the runs in this store; what else the billing account was used for is not known`,
  ];
}

/** Deeper than other codes, since lines of several kinds follow one another. */
function linesOf({ failures, skips }: PlacesSummary, kind: PlacesCodeCount['of'], paint: Paint): string[] {
  const ofKind = ({ of }: PlacesCodeCount) => of === kind;
  const lines = [
    ...codeLines(failures.filter(ofKind), 'red', paint),
    ...codeLines(skips.filter(ofKind), 'dim', paint),
  ];
  return lines.map((line) => `  ${line}`);
}
