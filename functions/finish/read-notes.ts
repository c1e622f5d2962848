import { partName } from '../../shared/deployment/object-keys.ts';
import { inParallel } from '../../shared/stores/aws/in-parallel.ts';
import type { PartColumns } from './columns-in.ts';
import type { Exporting, LinesNote, OrderedNote, Progress, RowsNote } from './progress.ts';

const parallelReads = 32;

/** All notes of one kind. Throws when one is missing: the parts are incomplete then. */
async function readNotes<Note extends object>(
  { store }: Exporting,
  kind: string,
  count: number,
): Promise<Note[]> {
  const parts = Array.from({ length: count }, (_, part) => part);
  return inParallel(parts, parallelReads, async (part) => {
    const note = await store.readNote<Note>(`${kind}-${partName(part)}`);
    if (note === undefined) throw new Error(`the note ${kind}-${partName(part)} is missing`);
    return note;
  });
}

export function readLinesNotes(exporting: Exporting, { lineParts }: Progress): Promise<LinesNote[]> {
  return readNotes<LinesNote>(exporting, 'lines', lineParts);
}

/** The notes of the parts from which the other formats are made. */
export async function readSourceNotes(
  exporting: Exporting,
  progress: Progress,
): Promise<{ records: number; bytes: number; columns?: PartColumns | undefined }[]> {
  if (isOrdered(exporting, progress)) return readNotes<OrderedNote>(exporting, 'ordered', progress.parts);
  const notes = await readLinesNotes(exporting, progress);
  return notes.map(({ kinds, columns }) => ({ ...kinds.items, columns }));
}

export function readRowsNotes(exporting: Exporting, progress: Progress): Promise<RowsNote[]> {
  return readNotes<RowsNote>(exporting, rowsName(progress), progress.parts);
}

export function rowsName(progress: Progress): string {
  return `rows-${orderName(progress)}`;
}

/**
 * Distinguishes sorted from unsorted parts: of two calls for one run, one may have given up sorting, and their
 * parts must not be mixed.
 */
export function orderName({ unsorted }: Progress): string {
  return unsorted === undefined ? 'asked' : 'unsorted';
}

export function isOrdered({ job }: Exporting, { unsorted }: Progress): boolean {
  return job.output.sort !== undefined && unsorted === undefined;
}
