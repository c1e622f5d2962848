import type { Counts } from '../../model.ts';
import { codeLines, explained } from '../../text/code-counts.ts';
import { formatBytes, formatCount, formatNoun } from '../../text/format.ts';
import type { SourceSummary } from '../reports.ts';

const prefix = 'download:';

export const filesSummary: SourceSummary<'downloads'> = {
  key: 'downloads',
  of(counts) {
    const of = (name: string) => counts[prefix + name] ?? 0;
    if (of('admitted') === 0) return undefined;
    return {
      ...{ admitted: of('admitted'), stored: of('stored'), failed: of('failed'), skipped: of('skipped') },
      ...{ cancelled: of('cancelled'), bytes: of('bytes'), equal: of('equal') },
      failures: explained(counts, `${prefix}failed:`),
      skips: explained(counts, `${prefix}skipped:`),
    };
  },
  lines(made, paint) {
    const { admitted, stored, failed, skipped, cancelled, bytes, equal } = made;
    const open = admitted - stored - failed - skipped - cancelled;
    const parts = [
      `${formatNoun(stored, 'file')} (${formatBytes(bytes)}${equal > 0 ? `; ${formatCount(equal)} of them with bytes that were there already` : ''})`,
      ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
      ...(skipped > 0 ? [`${formatCount(skipped)} skipped`] : []),
      ...(cancelled > 0 ? [`${formatCount(cancelled)} cancelled`] : []),
      ...(open > 0 ? [`${formatCount(open)} not yet fetched`] : []),
    ];
    return [
      `  kept    ${parts.join(', ')}`,
      ...codeLines(made.failures, 'red', paint),
      ...codeLines(made.skips, 'dim', paint),
    ];
  },
  progress: (counts: Counts) =>
    counts[`${prefix}admitted`] === undefined ? [] : [formatNoun(counts[`${prefix}stored`] ?? 0, 'file')],
  nothingGained: () => undefined,
  fellShort: () => undefined,
  bill: { shares: () => false, lines: () => [] },
  balanced: { what: 'files', prefix },
};
