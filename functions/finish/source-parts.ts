import type { ExportRecord } from '../../shared/export/records.ts';
import { orderedKey } from './merge-parts.ts';
import type { Exporting, Progress } from './progress.ts';
import { isOrdered } from './read-notes.ts';
import { linesKey } from './write-lines.ts';

/** The records of one of the parts from which the other formats are made: sorted, or in their original order. */
export async function* recordsOfPart(
  exporting: Exporting,
  progress: Progress,
  part: number,
): AsyncGenerator<ExportRecord> {
  const { store, run } = exporting;
  const key = isOrdered(exporting, progress) ? orderedKey(run.id, part) : linesKey(run.id, 'items', part);
  for await (const line of store.lines(key)) yield JSON.parse(line);
}
