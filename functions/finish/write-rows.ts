import { objectKeys, partName } from '../../shared/deployment/object-keys.ts';
import type { CellRemarks } from '../../shared/export/columns.ts';
import type { FoundColumns, RowWriter } from '../../shared/export/format.ts';
import { formatOf, isMadeOfRows, type RowsFormatName } from '../../shared/export/formats.ts';
import { joinMarks } from '../../shared/export/layout.ts';
import { type ExportFormat, exportFormats } from '../../shared/job/export-formats.ts';
import { type Exporting, otherFormats, type Progress, type RowsNote } from './progress.ts';
import { orderName, readSourceNotes, rowsName } from './read-notes.ts';
import { recordsOfPart } from './source-parts.ts';

export function rowsKey(run: string, progress: Progress, format: ExportFormat, part: number): string {
  return objectKeys.part(run, `${orderName(progress)}-${format}-${partName(part)}.gz`);
}

export function rowFormatsOf(exporting: Exporting): RowsFormatName[] {
  const formats = otherFormats(exporting.job);
  return exportFormats.filter(isMadeOfRows).filter((name) => formats.includes(name));
}

/** Writes a part in every text format, from one reading; joined, the parts are the files. */
export async function writeRows(exporting: Exporting, progress: Progress): Promise<Progress> {
  const { part, parts, before } = progress;
  const next: Progress = { ...progress, part: part + 1 };
  const over: Progress = { ...progress, step: 'workbook', part: 0, before: 0 };
  const names = rowFormatsOf(exporting);
  if (names.length === 0) return over;
  const { columns, records } = await readTable(exporting, progress);
  const name = `${rowsName(progress)}-${partName(part)}`;
  if ((await exporting.store.readNote<RowsNote>(name)) === undefined) {
    const formats = names.map((format) => ({
      name: format,
      format: formatOf(format).open(columns),
      lines: [''],
    }));
    const isLast = part === parts - 1;
    const note = await writePart(exporting, progress, formats, {
      isLast,
      hasRecords: (records[part] ?? 0) > 0,
    });
    await exporting.store.putNote(name, note);
  }
  if (part === parts - 1) return over;
  return { ...next, before: before + (records[part] ?? 0) };
}

async function writePart(
  exporting: Exporting,
  progress: Progress,
  formats: { name: RowsFormatName; format: RowWriter; lines: string[] }[],
  { isLast, hasRecords }: { isLast: boolean; hasRecords: boolean },
): Promise<RowsNote> {
  const { part } = progress;
  let count = progress.before;
  const first = count;
  if (part === 0) for (const { format, lines } of formats) lines.push(format.head);
  if (hasRecords) {
    for await (const record of recordsOfPart(exporting, progress, part)) {
      for (const { format, lines } of formats) lines.push(format.row(record, count === 0));
      count += 1;
    }
  }
  if (isLast) for (const { format, lines } of formats) lines.push(format.tail(count === 0));
  const note: RowsNote = {};
  for (const { name, lines } of formats) {
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
    const key = rowsKey(exporting.run.id, progress, name, part);
    const size = bytes === 0 ? 0 : await exporting.store.putLines(key, lines);
    note[name] = { records: count - first, bytes, size };
  }
  return note;
}

/** What the notes of all parts say, collected once: a table must know its columns before its first row. */
interface TableNote extends CellRemarks {
  columns: FoundColumns;
  lostColumns: number;
  /** The number of records of each part. */
  records: number[];
}

export async function readTable(exporting: Exporting, progress: Progress): Promise<TableNote> {
  const { store, limits } = exporting;
  const name = `table-${orderName(progress)}`;
  const stored = await store.readNote<TableNote>(name);
  if (stored !== undefined) return stored;
  const notes = await readSourceNotes(exporting, progress);
  const columns = new Set<string>();
  let lostColumns = 0;
  for (const column of notes.flatMap((note) => note.columns?.columns ?? [])) {
    if (columns.has(column)) continue;
    if (columns.size < limits.columns) columns.add(column);
    else lostColumns += 1;
  }
  const marks = joinMarks(notes.map((note) => note.columns ?? {}));
  const found = { columns: [...columns], ...marks };
  // A part that an earlier version wrote has no counts of its cells.
  const sum = (name: keyof CellRemarks) =>
    notes.reduce((total, { columns: part }) => total + (part?.[name] ?? 0), 0);
  const note: TableNote = {
    ...{ columns: found, lostColumns, longCells: sum('longCells'), brokenCells: sum('brokenCells') },
    records: notes.map(({ records }) => records),
  };
  await store.putNote(name, note);
  return note;
}
