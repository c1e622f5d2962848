import { formatBytes, formatCount, formatDuration, formatNoun, formatRate, formatUsd } from './format.ts';
import { type Paint, plain } from './paint.ts';
import type { CodeCount, Ends, PlacesCodeCount, PlacesSummary, Summary } from './summary.ts';

/** The summary as lines for people. */
export function summaryLines(summary: Summary, paint: Paint = plain): string[] {
  const { pages } = summary;
  return [
    `${paint('bold', summary.run)}  ${describeState(summary, paint)}`,
    '',
    ...placesLines(summary, paint),
    ...(hasPages(summary) ? [`  pages   ${describePages(pages)}`] : []),
    ...codeLines(summary.failures, 'red', paint),
    ...codeLines(summary.skips, 'dim', paint),
    ...sourceLines(summary, paint),
    ...refusedLines(summary),
    `  items   ${describeItems(summary)}`,
    ...summary.missing.map(({ field, count }) => `          ${formatCount(count)} without ${field}`),
    ...summary.lost.map(
      ({ field, step, count, meaning }) =>
        `          ${formatCount(count)} × ${field} lost at ${step}: ${meaning}`,
    ),
    `  read    ${describeRead(summary)}`,
    ...crashLines(summary, paint),
    ...mismatchLines(summary, paint),
  ];
}

/** A job of places alone has none. */
function hasPages({ pages, places }: Summary): boolean {
  return places === undefined || pages.admitted > 0;
}

function placesLines({ places }: Summary, paint: Paint): string[] {
  if (places === undefined) return [];
  const { searches, details, sites, found, known, outside, filtered, billed, billedUsd } = places;
  const left = [
    ...(known > 0 ? [`${formatCount(known)} known from earlier runs`] : []),
    ...(outside > 0 ? [`${formatNoun(outside, 'mention')} outside of the area`] : []),
    ...(filtered > 0 ? [`${formatNoun(filtered, 'mention')} not as the filter wants`] : []),
  ];
  const bills = billed.map(({ sku, requests }) => `${formatCount(requests)} × ${sku}`);
  return [
    `  places  ${[`${formatCount(found)} found`, ...left].join(', ')}`,
    ...placesCodeLines(places, 'found', paint),
    `  asked   ${describeEnds(['answer to a search', 'answers to searches'], searches)}`,
    ...placesCodeLines(places, 'searches', paint),
    ...(total(details) === 0
      ? []
      : [
          `          ${describeEnds(['answer with a place’s details', 'answers with places’ details'], details)}`,
        ]),
    ...placesCodeLines(places, 'details', paint),
    ...(total(sites) === 0
      ? []
      : [
          `          ${describeEnds(['page of a business’s website', 'pages of businesses’ websites'], sites)}`,
        ]),
    ...placesCodeLines(places, 'sites', paint),
    ...(bills.length === 0 ? [] : [`  google  ${formatUsd(billedUsd)}: ${bills.join(', ')}`]),
  ];
}

/** Deeper than other codes, since lines of several kinds follow one another. */
function placesCodeLines(
  { failures, skips }: PlacesSummary,
  kind: PlacesCodeCount['of'],
  paint: Paint,
): string[] {
  const ofKind = ({ of }: PlacesCodeCount) => of === kind;
  const lines = [
    ...codeLines(failures.filter(ofKind), 'red', paint),
    ...codeLines(skips.filter(ofKind), 'dim', paint),
  ];
  return lines.map((line) => `  ${line}`);
}

function describeEnds([one, many]: [string, string], ends: Ends): string {
  const others = (['failed', 'skipped', 'cancelled'] as const).filter((end) => ends[end] > 0);
  return [
    formatNoun(ends.stored, one, many),
    ...others.map((end) => `${formatCount(ends[end])} ${end}`),
  ].join(', ');
}

function total(ends: Ends): number {
  return Object.values(ends).reduce((sum, count) => sum + count, 0);
}

function describeState(summary: Summary, paint: Paint): string {
  const { state, isOver, durationMs } = summary;
  const colour = state === 'finished' ? 'green' : 'yellow';
  const word = isOver || state === 'paused' ? state : `${stateWord(summary)}, not over yet`;
  const after = durationMs === undefined ? '' : ` after ${formatDuration(durationMs)}`;
  return `${paint(colour, word)}${after}`;
}

/** A run that nobody works on does not run, whatever its record says. */
export function stateWord({ state, isWorkedOn }: Pick<Summary, 'state' | 'isWorkedOn'>): string {
  return state === 'running' && isWorkedOn === false ? 'stopped' : state;
}

function describePages(pages: Summary['pages']): string {
  const parts = [`${formatCount(pages.stored)} stored`];
  for (const end of ['failed', 'skipped', 'cancelled'] as const) {
    if (pages[end] > 0) parts.push(`${formatCount(pages[end])} ${end}`);
  }
  const ended = pages.stored + pages.failed + pages.skipped + pages.cancelled;
  const open = pages.admitted - ended;
  if (open > 0) parts.push(`${formatCount(open)} not yet fetched`);
  return parts.join(', ');
}

function codeLines(codes: CodeCount[], colour: 'red' | 'dim', paint: Paint): string[] {
  return codes.map(
    ({ code, count, happened }) => `          ${formatCount(count)} ${paint(colour, code)}: ${happened}`,
  );
}

function sourceLines({ sourceFailures, sourceSkips }: Summary, paint: Paint): string[] {
  const sum = (codes: CodeCount[]) => codes.reduce((total, { count }) => total + count, 0);
  const [failed, skipped] = [sum(sourceFailures), sum(sourceSkips)];
  const parts = [
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(skipped > 0 ? [`${formatCount(skipped)} skipped`] : []),
  ];
  if (parts.length === 0) return [];
  return [
    `  sources ${parts.join(', ')} (sitemaps, URL files and the like)`,
    ...codeLines(sourceFailures, 'red', paint),
    ...codeLines(sourceSkips, 'dim', paint),
  ];
}

function refusedLines({ refused, duplicates }: Summary): string[] {
  const parts = refused.map(({ count, meaning }) => `${formatCount(count)} ${meaning}`);
  if (duplicates > 0) parts.push(`${formatCount(duplicates)} seen before`);
  return parts.length === 0 ? [] : [`  links   not followed: ${parts.join(', ')}`];
}

function describeItems({ items, incomplete, itemsOverLimit }: Summary): string {
  const parts = [incomplete === 0 ? formatCount(items) : `${formatCount(items)} complete`];
  if (incomplete > 0) parts.push(`${formatCount(incomplete)} incomplete`);
  if (itemsOverLimit > 0) parts.push(`${formatCount(itemsOverLimit)} over limits.maxItems`);
  return parts.join(', ');
}

function describeRead({ bytes, retries, pagesPerSecond }: Summary): string {
  const parts = [formatBytes(bytes)];
  if (pagesPerSecond !== undefined && pagesPerSecond > 0) parts.push(formatRate(pagesPerSecond, 'page'));
  if (retries > 0) parts.push(formatNoun(retries, 'retry', 'retries'));
  return parts.join(', ');
}

function crashLines({ crashes }: Summary, paint: Paint): string[] {
  if (crashes === 0) return [];
  return [
    `  crashes ${paint('yellow', `${formatNoun(crashes, 'time')} a batch lost its process`)}, and came back`,
  ];
}

function mismatchLines({ mismatch }: Summary, paint: Paint): string[] {
  if (mismatch === undefined) return [];
  const text = `THE COUNTS DO NOT ADD UP: ${mismatch}. Please report this as a bug.`;
  return ['', `  ${paint('red', text)}`];
}
