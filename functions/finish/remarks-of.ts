import type { Remarks } from '../../shared/export/remarks.ts';
import type { Exporting, Progress } from './progress.ts';
import { readLinesNotes } from './read-notes.ts';

/** What the reader of a file of a large run's items must know, whatever its format. */
export async function remarksOf(
  exporting: Exporting,
  progress: Progress,
): Promise<Pick<Remarks, 'apiPlaces' | 'expiredPlaces' | 'unsorted' | 'tooManyToSort'>> {
  const notes = await readLinesNotes(exporting, progress);
  const sum = (count: (note: (typeof notes)[number]) => number) =>
    notes.reduce((total, note) => total + count(note), 0);
  const records = sum(({ kinds }) => kinds.items.records);
  return {
    apiPlaces: sum(({ apiPlaces }) => apiPlaces),
    expiredPlaces: sum(({ expiredPlaces }) => expiredPlaces),
    unsorted: progress.unsorted === 'noField' ? records : 0,
    tooManyToSort: progress.unsorted === 'noRoom' ? records : 0,
  };
}
