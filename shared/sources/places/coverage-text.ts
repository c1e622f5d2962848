import type { Coverage, CoverageFigures } from '../../places/coverage/coverage.ts';
import { formatCount, formatNoun } from '../../text/format.ts';
import type { SearchFilters } from './api/search-filters.ts';

/**
 * A coverage report as lines for people. `filters`: what the searches themselves left out, so that "whole" is said of the rest
 * alone. `of` names the source if there are several.
 */
export function coverageLines(coverage: Coverage, filters: SearchFilters, of?: string): string[] {
  const { total, parts } = coverage;
  const { byEnd, share, deepestLevel, smallestCellM, missedInSaturated } = total;
  const ends = [
    `${formatCount(byEnd.whole)} whole`,
    `${formatCount(byEnd.split)} split`,
    ...(byEnd.saturated > 0 ? [`${formatCount(byEnd.saturated)} saturated`] : []),
    ...(byEnd.failed > 0 ? [`${formatCount(byEnd.failed)} failed`] : []),
    ...(byEnd.skipped > 0 ? [`${formatCount(byEnd.skipped)} skipped`] : []),
  ];
  const size =
    total.cells === 0
      ? ''
      : `; ${formatNoun(deepestLevel, 'split')} deep, smallest ${formatCount(smallestCellM ?? 0)} m`;
  const lines = [
    `  covered ${of === undefined ? '' : `${of}: `}${percent(share.whole)} of the area whole (${formatNoun(total.cells, 'cell')}: ${ends.join(', ')}${size})`,
  ];
  if (byEnd.saturated > 0) {
    lines.push(`          ${missedText(missedInSaturated)}`);
    lines.push('          a smaller minCellKm splits them further, if they are to be seen whole');
  }
  const notAsked = share.failed + share.skipped + share.open;
  if (notAsked > 0) lines.push(`          ${percent(notAsked)} of the area was not searched to the end`);
  const unread = parts.flatMap(({ failed, skipped }) => [...failed, ...skipped]);
  const named = unread.reduce((sum, { found }) => sum + found, 0);
  if (named > 0)
    lines.push(
      `          ${formatNoun(named, 'place was named there, and not', 'places were named there, and not all of them')} read`,
    );
  return [...lines, ...filterLines(filters), ...shareLines(coverage)];
}

function filterLines({ strictTypeFiltering: _, ...filters }: SearchFilters): string[] {
  const texts = Object.entries(filters).map(([name, value]) => `${name} ${String(value)}`);
  return texts.length === 0 ? [] : [`          of the places that Google finds with ${texts.join(', ')}`];
}

/** Queries or areas that are named on the terminal; coverage.json has all of them. */
const maxNamed = 10;

/** Which query, and which area, was covered how far; the worst first. */
function shareLines({ byQuery, byArea }: Coverage): string[] {
  const queries = byQuery.map(({ query, ...figures }) => ({ name: query, ...figures }));
  const areas = byArea.map(({ area, ...figures }) => ({ name: area, ...figures }));
  return [...(queries.length > 1 ? partLines(queries) : []), ...(areas.length > 1 ? partLines(areas) : [])];
}

function partLines(parts: (CoverageFigures & { name: string })[]): string[] {
  const worstFirst = parts.toSorted((a, b) => a.share.whole - b.share.whole);
  const lines = worstFirst.slice(0, maxNamed).map(({ name, share, places, found }) => {
    const named = places === 'unknown' ? formatNoun(found, 'mention') : formatNoun(places, 'place');
    return `          ${name}: ${percent(share.whole)} whole, ${named}`;
  });
  const left = parts.length - maxNamed;
  return left > 0 ? [...lines, `          and ${formatCount(left)} more in coverage.json`] : lines;
}

function missedText(missed: number | 'unknown'): string {
  if (missed === 'unknown') return 'saturated cells may hold more places; how many is unknown';
  return `saturated cells may hold about ${formatNoun(Math.round(missed), 'more place', 'more places')}`;
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value > 99.95 && value < 100 ? '99.9' : value.toLocaleString('en-US', { maximumFractionDigits: 1 })} %`;
}
