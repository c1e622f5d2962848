import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { recordChunks } from '../../shared/export/export-run.ts';
import { isMadeOfRows, type WholeFormatName } from '../../shared/export/formats.ts';
import type { ExportRecord } from '../../shared/export/records.ts';
import { foundRemarks, noRemarks } from '../../shared/export/remarks.ts';
import { uploadChunks } from '../export-to-bucket.ts';
import { type Exporting, otherFormats, type Progress } from './progress.ts';
import { readSourceNotes } from './read-notes.ts';
import { remarksOf } from './remarks-of.ts';
import { recordsOfPart } from './source-parts.ts';

export function wholeFormatsOf(exporting: Pick<Exporting, 'job'>): WholeFormatName[] {
  return otherFormats(exporting.job).filter((name): name is WholeFormatName => !isMadeOfRows(name));
}

/** The step after the file at `part` of those that are made as a whole. */
export function afterWorkbook(
  exporting: Pick<Exporting, 'job'>,
  part: number,
): Pick<Progress, 'step' | 'part'> {
  const isLast = part + 1 >= wholeFormatsOf(exporting).length;
  return isLast ? { step: 'assemble', part: 0 } : { step: 'workbook', part: part + 1 };
}

/**
 * Writes a file of a large run that is made as a whole, such as a spreadsheet (a ZIP archive): it has as many of
 * the records as certainly fit into one call, and says how many are missing.
 */
export async function writeWorkbook(exporting: Exporting, progress: Progress): Promise<Progress> {
  const next: Progress = { ...progress, ...afterWorkbook(exporting, progress.part) };
  const format = wholeFormatsOf(exporting)[progress.part];
  if (format === undefined) return next;
  const key = objectKeys.report(exporting.run.id, `items.${format}`);
  const remarks = { ...noRemarks(), ...(await remarksOf(exporting, progress)) };
  const { parts, total } = await partsThatFit(exporting, progress);
  const source = {
    read: () => recordsOfParts(exporting, progress, parts),
    [Symbol.dispose]() {},
  };
  let records = 0;
  const onRecord = () => {
    records += 1;
  };
  const chunks = recordChunks(format, { source, name: 'items', remarks, onRecord });
  const bytes = await uploadChunks(exporting, key, format, chunks);
  remarks.lostRows = total - records;
  const file = { key, what: 'items', format, records, bytes, ...foundRemarks(remarks) } as const;
  return { ...next, files: [...progress.files, file] };
}

/** The parts, and the number of records of each. */
async function partsThatFit(exporting: Exporting, progress: Progress) {
  const { rows, bytes } = exporting.limits.workbook;
  const notes = await readSourceNotes(exporting, progress);
  const parts: { part: number; records: number }[] = [];
  let [rowsLeft, bytesLeft] = [rows, bytes];
  for (const [part, note] of notes.entries()) {
    const share = note.bytes <= bytesLeft ? 1 : bytesLeft / note.bytes;
    const records = Math.min(rowsLeft, Math.floor(note.records * share));
    if (records > 0) parts.push({ part, records });
    rowsLeft -= records;
    bytesLeft -= note.bytes;
    if (records < note.records) break;
  }
  return { parts, total: notes.reduce((sum, { records }) => sum + records, 0) };
}

async function* recordsOfParts(
  exporting: Exporting,
  progress: Progress,
  parts: { part: number; records: number }[],
): AsyncGenerator<ExportRecord> {
  for (const { part, records } of parts) {
    let left = records;
    for await (const record of recordsOfPart(exporting, progress, part)) {
      yield record;
      left -= 1;
      if (left === 0) break;
    }
  }
}
