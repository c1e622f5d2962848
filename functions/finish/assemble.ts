import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { needColumns, type RowsFormatName } from '../../shared/export/formats.ts';
import { foundRemarks, noRemarks, type Remarks } from '../../shared/export/remarks.ts';
import { inParallel } from '../../shared/stores/aws/in-parallel.ts';
import type { ExportedFile } from '../export-to-bucket.ts';
import { addCounts, type Exporting, noCounts, type PartCounts, type Progress } from './progress.ts';
import { readLinesNotes, readRowsNotes } from './read-notes.ts';
import { remarksOf } from './remarks-of.ts';
import { linesKey } from './write-lines.ts';
import { readTable, rowFormatsOf, rowsKey } from './write-rows.ts';

/** Copies under way: S3 does them, in a second or so each. */
const parallelCopies = 16;

/** An upload has at most 10,000 parts; fewer are planned, since their sizes vary. */
const maxUploadParts = 9_000;

type Piece = PartCounts & { key: string };

/**
 * Joins the parts of one file of a large run, by copies inside S3: consecutive members of gzip are one file (RFC
 * 1952, 2.2). Items as JSONL stay in their parts, which Athena reads in parallel.
 */
export async function assemble(exporting: Exporting, progress: Progress): Promise<Progress> {
  const names = filesToAssemble(exporting, progress);
  const name = names[progress.part];
  const over: Progress = { ...progress, step: 'coverage', part: 0 };
  if (name === undefined) return over;
  const file =
    name === 'items'
      ? await itemsInParts(exporting, progress)
      : name === 'incomplete' || name === 'misfits' || name === 'failures' || name === 'gone'
        ? await assembleLines(exporting, progress, name)
        : await assembleRows(exporting, progress, name);
  const files = file === undefined ? progress.files : [...progress.files, file];
  const part = progress.part + 1;
  return part === names.length ? { ...over, files } : { ...progress, files, part };
}

export function filesToAssemble(exporting: Exporting, { lost }: Progress) {
  // In this order, so that the numbers in messages of an older version stay what they are.
  const all = ['items', 'incomplete', 'failures', ...rowFormatsOf(exporting), 'misfits', 'gone'] as const;
  return all.filter((name) => !lost.some(({ what }) => what === name));
}

async function itemsInParts(exporting: Exporting, progress: Progress): Promise<ExportedFile> {
  const { run } = exporting;
  const notes = await readLinesNotes(exporting, progress);
  const pieces = notes.map(({ kinds }, part) => ({ ...kinds.items, key: linesKey(run.id, 'items', part) }));
  const parts = pieces.filter(({ records }) => records > 0);
  const { records, bytes } = parts.reduce(addCounts, noCounts);
  return {
    key: objectKeys.itemsFolder(run.id),
    ...{ what: 'items', format: 'jsonl', records, bytes },
    parts: parts.map((part) => ({ key: part.key, records: part.records, bytes: part.bytes })),
  };
}

async function assembleLines(
  exporting: Exporting,
  progress: Progress,
  what: 'incomplete' | 'misfits' | 'failures' | 'gone',
): Promise<ExportedFile | undefined> {
  const { run } = exporting;
  const notes = await readLinesNotes(exporting, progress);
  // Notes of an older version have no misfits, and nothing that is gone.
  const pieces = notes.map(({ kinds }, part) => ({
    ...(kinds[what] ?? noCounts),
    key: linesKey(run.id, what, part),
  }));
  const { records, bytes } = pieces.reduce<PartCounts>(addCounts, noCounts);
  if (records === 0) return undefined;
  const key = objectKeys.report(run.id, `${what}.jsonl.gz`);
  await join(exporting, key, pieces);
  return { key, what, format: 'jsonl', records, bytes };
}

async function assembleRows(
  exporting: Exporting,
  progress: Progress,
  format: RowsFormatName,
): Promise<ExportedFile> {
  const { run } = exporting;
  const notes = await readRowsNotes(exporting, progress);
  const pieces = notes.map((note, part) => ({
    ...(note[format] ?? noCounts),
    key: rowsKey(run.id, progress, format, part),
  }));
  const { records, bytes } = pieces.reduce<PartCounts>(addCounts, noCounts);
  const key = objectKeys.report(run.id, `items.${format}.gz`);
  await join(exporting, key, pieces);
  const ofCells = needColumns([format]) ? await remarksOfTable(exporting, progress) : {};
  const remarks = foundRemarks({ ...noRemarks(), ...(await remarksOf(exporting, progress)), ...ofCells });
  return { key, what: 'items', format, records, bytes, ...remarks };
}

async function remarksOfTable(exporting: Exporting, progress: Progress): Promise<Partial<Remarks>> {
  const { lostColumns, longCells, brokenCells } = await readTable(exporting, progress);
  return { lostColumns, longCells, brokenCells };
}

/** The object becomes visible when it is complete; after a failure no part of it remains. */
async function join(exporting: Exporting, Key: string, pieces: Piece[]): Promise<void> {
  const { s3, bucket: Bucket, limits } = exporting;
  const object = { Bucket, Key };
  const { UploadId } = await s3.send(
    // The client sends a checksum with each part, which S3 takes only of the algorithm that is named here.
    new CreateMultipartUploadCommand({
      ...object,
      ContentType: 'application/gzip',
      ChecksumAlgorithm: 'CRC32',
    }),
  );
  const upload = { ...object, UploadId };
  try {
    const groups = groupPieces(
      pieces.filter(({ size }) => size > 0),
      limits.uploadBytes,
    ).entries();
    const Parts = await inParallel([...groups], parallelCopies, async ([index, group]) => {
      const PartNumber = index + 1;
      const { ETag, ChecksumCRC32 } = await uploadGroup(exporting, { ...upload, PartNumber }, group);
      return { PartNumber, ETag, ChecksumCRC32 };
    });
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

interface UploadPart {
  Bucket: string;
  Key: string;
  UploadId: string | undefined;
  PartNumber: number;
}

/** A single piece is copied inside S3; small ones are read and joined to one part that S3 accepts. */
async function uploadGroup(
  { s3, bucket, store }: Exporting,
  part: UploadPart,
  group: Piece[],
): Promise<Pick<CompletedPart, 'ETag' | 'ChecksumCRC32'>> {
  const [only] = group;
  if (only !== undefined && group.length === 1) {
    const CopySource = `${bucket}/${encodeURIComponent(only.key)}`;
    return (await s3.send(new UploadPartCopyCommand({ ...part, CopySource }))).CopyPartResult ?? {};
  }
  const bodies = await Promise.all(group.map(({ key, size }) => store.range(key, 0, size)));
  const Body = Buffer.concat(bodies);
  return s3.send(new UploadPartCommand({ ...part, Body, ChecksumAlgorithm: 'CRC32' }));
}

/** Groups pieces in their order, so that each group is large enough for a part of an upload. */
export function groupPieces(pieces: Piece[], minBytes: number): Piece[][] {
  const total = pieces.reduce((sum, { size }) => sum + size, 0);
  const enough = Math.max(minBytes, Math.ceil(total / maxUploadParts));
  const groups: Piece[][] = [];
  let size = enough;
  for (const piece of pieces) {
    if (size >= enough) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(piece);
    size += piece.size;
  }
  return groups;
}
