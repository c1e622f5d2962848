import { once } from 'node:events';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Outcomes } from '../shared/coordination/ports.ts';
import { objectKeys } from '../shared/deployment/names.ts';
import { hasFailures } from '../shared/engine/counts.ts';
import { type ExportFormat, exportRun } from '../shared/export/export-run.ts';
import { type ExportKind, recordsOf } from '../shared/export/records.ts';
import type { Remarks } from '../shared/export/remarks.ts';
import { withinTerms } from '../shared/export/terms.ts';
import type { Job } from '../shared/job/schema.ts';
import type { Counts, Run } from '../shared/model.ts';

/** An object that a run left in the bucket. */
export interface ExportedFile {
  key: string;
  what: ExportKind;
  format: ExportFormat;
  records: number;
  /** Before compression. */
  bytes: number;
  /** As `ExportCounts` has them. */
  remarks?: Partial<Remarks>;
}

export interface ExportTarget {
  s3: S3Client;
  bucket: string;
  outcomes: Outcomes;
}

/**
 * Writes what a run leaves: its items as JSONL, for Athena, and in the job's other formats; incomplete
 * items and failures where there are any. Streams; an object appears when it is whole. Whatever is
 * JSONL is written in one pass over the outcomes, which is what an export takes its time for; so it is
 * the other formats alone that the job's `output.sort` orders.
 */
export async function exportToBucket(
  target: ExportTarget,
  run: Run,
  counts: Counts,
): Promise<ExportedFile[]> {
  const files = await exportLines(target, run.id, kindsOf(counts));
  const { formats, sort } = (run.job as unknown as Job).output;
  for (const format of formats.filter((format) => format !== 'jsonl')) {
    const name = format in ownTypes ? `items.${format}` : `items.${format}.gz`;
    const file = { key: objectKeys.report(run.id, name), what: 'items' as const, format };
    const written = await upload(target, file.key, format, (to) =>
      exportRun({ outcomes: target.outcomes, run: run.id, what: file.what, format, to, sort }),
    );
    files.push({ ...file, ...written });
  }
  return files;
}

/** Content types of formats that are compressed in themselves; the others are gzipped. */
const ownTypes: Partial<Record<ExportFormat, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

function kindsOf(counts: Counts): ExportKind[] {
  const kinds: ExportKind[] = ['items'];
  if ((counts['incomplete'] ?? 0) > 0) kinds.push('incomplete');
  if (hasFailures(counts)) kinds.push('failures');
  return kinds;
}

async function exportLines(target: ExportTarget, run: string, kinds: ExportKind[]): Promise<ExportedFile[]> {
  const files = kinds.map((what): ExportedFile => {
    const key = what === 'items' ? objectKeys.items(run) : objectKeys.report(run, `${what}.jsonl.gz`);
    return { key, what, format: 'jsonl', records: 0, bytes: 0 };
  });
  const now = Date.now();
  const sinks = files.map(({ key }) => openSink(target, key, 'jsonl'));
  try {
    for await (const outcome of target.outcomes.list(run)) {
      for (const [index, file] of files.entries()) {
        const records = recordsOf(outcome, file.what).map((record) => withinTerms(record, now).record);
        const lines = records.map((record) => `${JSON.stringify(record)}\n`);
        if (lines.length === 0) continue;
        const text = lines.join('');
        file.records += lines.length;
        file.bytes += Buffer.byteLength(text);
        await sinks[index]?.write(text);
      }
    }
    await Promise.all(sinks.map((sink) => sink.end()));
  } catch (error) {
    for (const sink of sinks) sink.abort(error);
    throw error;
  }
  return files;
}

async function upload<T>(
  target: ExportTarget,
  key: string,
  format: ExportFormat,
  write: (to: Transform) => Promise<T>,
): Promise<T> {
  const sink = openSink(target, key, format);
  try {
    const [written] = await Promise.all([write(sink.input), sink.done]);
    return written;
  } catch (error) {
    sink.abort(error);
    throw error;
  }
}

/** An object that is being written, compressed, in parts. When it is aborted nothing is left of it. */
function openSink({ s3, bucket }: ExportTarget, key: string, format: ExportFormat) {
  const ownType = ownTypes[format];
  const input: Transform = ownType === undefined ? createGzip({ level: 4 }) : new PassThrough();
  const Body = new PassThrough();
  const object = { Bucket: bucket, Key: key, Body, ContentType: ownType ?? 'application/gzip' };
  const uploading = new Upload({ client: s3, params: object });
  const done = Promise.all([pipeline(input, Body), uploading.done()]).then(() => undefined);
  // Told to whoever writes or ends; a failure in between must not end the process.
  done.catch((error: unknown) => input.destroy(error instanceof Error ? error : new Error(String(error))));
  return {
    input,
    done,
    async write(text: string): Promise<void> {
      if (!input.write(text)) await Promise.race([once(input, 'drain'), done]);
    },
    async end(): Promise<void> {
      input.end();
      await done;
    },
    abort(error: unknown): void {
      input.destroy(error instanceof Error ? error : new Error(String(error)));
      uploading.abort().catch(() => undefined);
    },
  };
}
