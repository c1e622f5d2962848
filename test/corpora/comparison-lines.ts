import type { Comparison } from './compare-corpus.ts';
import { type Corpus, corpora } from './corpora.ts';

/** A table with a line for each corpus, and a last line that counts them. */
export function tableOf(comparisons: readonly Comparison[]): string[] {
  const rows = comparisons.map((comparison) => [comparison.name, ...cellsOf(comparison)]);
  const head = ['corpus', 'equal', 'of', 'share', 'recorded', 'verdict', 'read'];
  return [...align([head, ...rows]), '', lastLine(comparisons)];
}

function cellsOf(comparison: Comparison): string[] {
  const { recorded } = corpora[comparison.name] as Corpus;
  const expected = `${number(recorded.equal)} of ${number(recorded.cases)}`;
  switch (comparison.verdict) {
    case 'equal':
    case 'fallen': {
      const { result, version, isRecorded, verdict } = comparison;
      const equal = result.cases - result.misses.length;
      const share = `${((100 * equal) / result.cases).toFixed(1)} %`;
      const read = isRecorded ? version : `${version}, not what the record is of`;
      return [number(equal), number(result.cases), share, expected, verdict, read];
    }
    case 'failed':
      return ['', '', '', expected, `failed: ${String(comparison.error)}`, comparison.version];
    case 'not found':
      return ['', '', '', expected, 'not found', comparison.reasons.join('; or ')];
    default:
      return comparison satisfies never;
  }
}

function lastLine(comparisons: readonly Comparison[]): string {
  const counts = Map.groupBy(comparisons, ({ verdict }) => verdict);
  const parts = [...counts].map(([verdict, { length }]) => `${length} ${verdict}`);
  return `${comparisons.length} corpora: ${parts.join(', ')}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function align(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
