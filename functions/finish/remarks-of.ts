import { itemRemarkNames, type Remarks } from '../../shared/export/remarks.ts';
import type { ItemRemarks } from '../../shared/sources/reports.ts';
import type { Exporting, Progress } from './progress.ts';
import { readLinesNotes } from './read-notes.ts';

/** What the reader of a file with a large run's items must know, in every format. */
export async function remarksOf(
  exporting: Exporting,
  progress: Progress,
): Promise<Pick<Remarks, keyof ItemRemarks | 'unsorted' | 'tooManyToSort'>> {
  const notes = await readLinesNotes(exporting, progress);
  const sum = (count: (note: (typeof notes)[number]) => number) =>
    notes.reduce((total, note) => total + count(note), 0);
  const records = sum(({ kinds }) => kinds.items.records);
  const ofItems = itemRemarkNames.map((name) => [name, sum((note) => note[name])]);
  return {
    ...(Object.fromEntries(ofItems) as Record<keyof ItemRemarks, number>),
    unsorted: progress.unsorted === 'noField' ? records : 0,
    tooManyToSort: progress.unsorted === 'noRoom' ? records : 0,
  };
}
