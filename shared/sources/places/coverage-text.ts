import type { Coverage } from '../../places/coverage/coverage.ts';
import { formatCount, formatNoun } from '../../text/format.ts';

/** A coverage report as lines for people; `of` names the source if there are several. */
export function coverageLines({ total, parts }: Coverage, of?: string): string[] {
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
  return lines;
}

function missedText(missed: number | 'unknown'): string {
  if (missed === 'unknown') return 'saturated cells may hold more places; how many is unknown';
  return `saturated cells may hold about ${formatNoun(Math.round(missed), 'more place', 'more places')}`;
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value > 99.95 && value < 100 ? '99.9' : value.toLocaleString('en-US', { maximumFractionDigits: 1 })} %`;
}
