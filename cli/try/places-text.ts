import { type Code, explainCode } from '../../shared/errors.ts';
import { formatCount, formatNoun, formatUsd } from '../../shared/text/format.ts';
import type { PlacesTrial } from './places.ts';
import { itemLines, type TrialTextOptions } from './text.ts';

const refusals: Record<string, string> = { area: 'outside of the area', filter: 'not as the filter wants' };

/** A trial of a search for places as lines for people. */
export function placesTrialLines(trial: PlacesTrial, options: TrialTextOptions): string[] {
  const { query, area, source, fact, places, hasMore, refused, items, sites, billedUsd } = trial;
  const { paint } = options;
  const lines = [`${paint('bold', query)} in ${area}, one answer of ${source}`];
  if (fact.end !== 'stored') return [...lines, ...unansweredLines(trial, options)];
  lines.push(
    `  places  ${formatCount(places)}${hasMore ? ', and a run would go on from here' : ': that is all of them'}`,
  );
  for (const [name, count] of Object.entries(refused)) {
    const reason = name.replace('refused:', '');
    lines.push(`          ${formatCount(count)} more ${refusals[reason] ?? reason}`);
  }
  for (const item of items) lines.push(...itemLines(item, options));
  for (const { url, code: why } of sites)
    lines.push(`  site    ${url}: ${paint('yellow', why)}: ${explainCode(why as Code).happened}`);
  if (items.length < places)
    lines.push(
      `  … ${formatNoun(places - items.length, 'more place', 'more places')}; --limit ${places} shows all`,
    );
  if (source === 'google-places') lines.push(`  google  ${formatUsd(billedUsd)} for this trial`);
  return lines;
}

function unansweredLines(
  { fact: { end, code, message } }: PlacesTrial,
  { paint }: TrialTextOptions,
): string[] {
  const { happened, remedy } = explainCode(code as Code);
  return [
    `  ${end === 'skipped' ? 'skipped' : 'failed '} ${paint('red', code ?? '')}: ${message ?? happened}`,
    `          ${remedy}`,
  ];
}
