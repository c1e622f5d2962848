import { objectKeys, partName } from '../../shared/deployment/object-keys.ts';
import { HaltError } from '../../shared/errors.ts';
import { needColumns } from '../../shared/export/formats.ts';
import { isWanted } from '../../shared/export/record-source.ts';
import { type ExportRecord, recordsOf } from '../../shared/export/records.ts';
import { noItemRemarks } from '../../shared/export/remarks.ts';
import { withinTerms } from '../../shared/export/terms.ts';
import { isNewer } from '../../shared/model.ts';
import type { CompleteItem, ItemRemarks } from '../../shared/sources/reports.ts';
import type { ExportedFile } from '../export-to-bucket.ts';
import { columnsIn } from './columns-in.ts';
import { unsorted } from './merge-parts.ts';
import {
  type Exporting,
  type LineKind,
  type LinesNote,
  lineKinds,
  noCounts,
  otherFormats,
  type PartCounts,
  type Progress,
} from './progress.ts';
import { sortPart } from './sort-part.ts';
import { completeItems } from './write-facts.ts';

/** What was read of the outcomes of a part. */
interface CollectedLines {
  lines: Record<LineKind, string[]>;
  counts: Record<LineKind, Omit<PartCounts, 'size'>>;
  remarks: ItemRemarks;
  last: string;
  isLast: boolean;
}

/**
 * Writes a part of a run as JSONL: complete items for Athena, incomplete ones, misfits and failures. A run with a single
 * part gets the final files at once.
 */
export async function writeLines(exporting: Exporting, progress: Progress): Promise<Progress> {
  const { store } = exporting;
  const { part } = progress;
  const name = `lines-${partName(part)}`;
  const note = part === 0 ? undefined : await store.readNote<LinesNote>(name);
  if (note !== undefined) return afterPart(exporting, progress, note);
  const complete = await completeItems(exporting, progress);
  const collected = await collect(exporting, progress, complete);
  if (part === 0 && collected.isLast) return writeWholeFiles(exporting, progress, collected);
  const written = await writePart(exporting, part, collected);
  await store.putNote(name, written);
  return afterPart(exporting, progress, written);
}

function byKind<Value>(make: () => Value): Record<LineKind, Value> {
  return { items: make(), incomplete: make(), misfits: make(), failures: make(), gone: make() };
}

/** A part ends at the first limit, which depends on the outcomes alone: a repeated call gives the same part. */
async function collect(
  { outcomes, run, job, limits }: Exporting,
  { startedAt, after }: Progress,
  complete: CompleteItem = (record) => record,
): Promise<CollectedLines> {
  const collected: CollectedLines = {
    lines: byKind(() => []),
    counts: byKind(() => ({ ...noCounts })),
    remarks: noItemRemarks(),
    last: after ?? '',
    isLast: false,
  };
  let [read, records, bytes] = [0, 0, 0];
  for await (const outcome of outcomes.listAfter(run.id, after)) {
    if (isNewer(outcome))
      throw new HaltError('FORMAT_NEWER', `a newer version wrote ${outcome.batch} of ${run.id}`);
    for (const kind of lineKinds) {
      const only = kind === 'items' ? job.output.only : undefined;
      const wanted = recordsOf(outcome, kind).filter((record) => isWanted(record, only));
      const added = addLines(collected, kind, wanted.map(complete), startedAt);
      records += added.records;
      bytes += added.bytes;
    }
    collected.last = outcome.batch;
    read += 1;
    const { part } = limits;
    if (read >= part.outcomes || records >= part.records || bytes >= part.bytes) return collected;
  }
  return { ...collected, isLast: true };
}

function addLines(collected: CollectedLines, kind: LineKind, records: ExportRecord[], now: number) {
  const counts = collected.counts[kind];
  const before = { ...counts };
  for (const kept of records.map((record) => withinTerms(record, now))) {
    const line = `${JSON.stringify(kept.record)}\n`;
    collected.lines[kind].push(line);
    counts.records += 1;
    counts.bytes += Buffer.byteLength(line);
    if (kind !== 'items') continue;
    for (const name of kept.remarks) collected.remarks[name] += 1;
  }
  return { records: counts.records - before.records, bytes: counts.bytes - before.bytes };
}

async function writeWholeFiles(
  { store, run }: Exporting,
  progress: Progress,
  collected: CollectedLines,
): Promise<Progress> {
  const files: ExportedFile[] = [];
  for (const what of lineKinds) {
    const { records, bytes } = collected.counts[what];
    if (what !== 'items' && records === 0) continue;
    const key = what === 'items' ? objectKeys.items(run.id) : objectKeys.report(run.id, `${what}.jsonl.gz`);
    await store.putLines(key, collected.lines[what]);
    files.push({ key, what, format: 'jsonl', records, bytes });
  }
  return { ...progress, step: 'whole', part: 0, files };
}

/** The key of a part's lines, by kind. */
export function linesKey(run: string, kind: LineKind, part: number): string {
  return kind === 'items'
    ? objectKeys.itemsPart(run, part)
    : objectKeys.part(run, `${kind}-${partName(part)}.jsonl.gz`);
}

async function writePart(exporting: Exporting, part: number, collected: CollectedLines): Promise<LinesNote> {
  const { store, run, job } = exporting;
  const kinds = {} as LinesNote['kinds'];
  for (const kind of lineKinds) {
    const lines = collected.lines[kind];
    const size = lines.length === 0 ? 0 : await store.putLines(linesKey(run.id, kind, part), lines);
    kinds[kind] = { ...collected.counts[kind], size };
  }
  const formats = otherFormats(job);
  const isToSort = job.output.sort !== undefined && formats.length > 0;
  const { last, isLast, remarks } = collected;
  return {
    ...{ last, isLast, kinds, ...remarks, found: 0 },
    ...(isToSort ? await sortPart(exporting, part, collected.lines.items) : {}),
    ...(needColumns(formats) ? { columns: columnsIn(collected.lines.items) } : {}),
  };
}

function afterPart({ job, limits }: Exporting, progress: Progress, note: LinesNote): Progress {
  const { after: _, ...rest } = progress;
  const parts = progress.part + 1;
  if (!note.isLast) return { ...rest, part: parts, after: note.last };
  const formats = otherFormats(job);
  const step = formats.length === 0 ? 'assemble' : 'rows';
  const next: Progress = { ...rest, step, part: 0, lineParts: parts, parts };
  if (job.output.sort === undefined || formats.length === 0) return next;
  return parts > limits.mergedParts ? unsorted(next, 'noRoom') : { ...next, step: 'merge' };
}
