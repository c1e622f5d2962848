import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { objectKeys, partName } from '../../shared/deployment/object-keys.ts';
import type { ExportRecord } from '../../shared/export/records.ts';
import {
  compareKeys,
  hasSortField,
  type SortKey,
  sortKeyOf,
  sortOrderOf,
} from '../../shared/export/sort-key.ts';
import { packOptions } from './part-store.ts';
import type { Exporting, LinesNote } from './progress.ts';

const pack = promisify(gzip);

/** A record as a merge needs it: its key stands before it, so that the record need not be parsed. */
export interface SortedLine {
  key: SortKey;
  /** The line with its line end. */
  line: string;
}

export function sortedKey(run: string, part: number): string {
  return objectKeys.part(run, `sorted-${partName(part)}.gz`);
}

/**
 * Writes the lines of a part in the job's order, in blocks that can be read separately: an object of several
 * members of gzip (RFC 1952, 2.2). Equal records stay in their original order.
 */
export async function sortPart(
  { store, run, job, limits }: Exporting,
  part: number,
  lines: string[],
): Promise<Pick<LinesNote, 'blocks' | 'found'>> {
  const order = sortOrderOf(job.output.sort ?? '');
  let found = 0;
  const sorted = lines.map((line): SortedLine => {
    const record = JSON.parse(line) as ExportRecord;
    if (hasSortField(record, order)) found += 1;
    return { key: sortKeyOf(record, order), line };
  });
  sorted.sort((a, b) => compareKeys(a.key, b.key, order));
  const packed: Uint8Array[] = [];
  const blocks = [0];
  for (const block of blocksOf(sorted, limits.blockBytes)) {
    const bytes = await pack(block, packOptions);
    packed.push(bytes);
    blocks.push((blocks.at(-1) ?? 0) + bytes.byteLength);
  }
  if (packed.length > 0) await store.put(sortedKey(run.id, part), Buffer.concat(packed));
  return { blocks, found };
}

function* blocksOf(sorted: SortedLine[], blockBytes: number): Generator<string> {
  let block: string[] = [];
  let chars = 0;
  for (const { key, line } of sorted) {
    const text = `${JSON.stringify([key.rank, key.number, key.text])}\t${line}`;
    block.push(text);
    chars += text.length;
    if (chars < blockBytes) continue;
    yield block.join('');
    block = [];
    chars = 0;
  }
  if (block.length > 0) yield block.join('');
}

/** Reads what `blocksOf` has written. */
export function parseSorted(text: string): SortedLine {
  // JSON has no unescaped tab.
  const tab = text.indexOf('\t');
  const [rank, number, words] = JSON.parse(text.slice(0, tab)) as [number, number | null, string | null];
  return { key: { rank, number, text: words }, line: `${text.slice(tab + 1)}\n` };
}
