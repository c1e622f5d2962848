import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Outcomes } from '../shared/coordination/ports.ts';
import { objectKeys } from '../shared/deployment/names.ts';
import { type ExportFormat, exportRun } from '../shared/export/export-run.ts';
import { type ExportKind, recordsOf } from '../shared/export/records.ts';
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
}

export interface ExportTarget {
  s3: S3Client;
  bucket: string;
  outcomes: Outcomes;
}

/**
 * Writes what a run leaves: its items as JSONL, for Athena, and in the job's other formats; incomplete
 * items and failures where there are any. Streams; an object appears when it is whole. Whatever is
 * JSONL is written in one pass over the outcomes, which is what an export takes its time for.
 */
export async function exportToBucket(
  target: ExportTarget,
  run: Run,
  counts: Counts,
): Promise<ExportedFile[]> {
  const files = await exportLines(target, run.id, kindsOf(counts));
  const formats = (run.job as unknown as Job).output.formats.filter((format) => format !== 'jsonl');
  for (const format of formats) {
    const file = { key: objectKeys.report(run.id, `items.${format}.gz`), what: 'items' as const, format };
    const written = await upload(target, file.key, (to) =>
      exportRun({ outcomes: target.outcomes, run: run.id, what: file.what, format, to }),
    );
    files.push({ ...file, ...written });
  }
  return files;
}

function kindsOf(counts: Counts): ExportKind[] {
  const kinds: ExportKind[] = ['items'];
  if ((counts['incomplete'] ?? 0) > 0) kinds.push('incomplete');
  if ((counts['failed'] ?? 0) + (counts['source:failed'] ?? 0) > 0) kinds.push('failures');
  return kinds;
}

async function exportLines(target: ExportTarget, run: string, kinds: ExportKind[]): Promise<ExportedFile[]> {
  const files = kinds.map((what): ExportedFile => {
    const key = what === 'items' ? objectKeys.items(run) : objectKeys.report(run, `${what}.jsonl.gz`);
    return { key, what, format: 'jsonl', records: 0, bytes: 0 };
  });
  const sinks = files.map(({ key }) => openSink(target, key));
  try {
    for await (const outcome of target.outcomes.list(run)) {
      for (const [index, file] of files.entries()) {
        const lines = [...recordsOf(outcome, file.what)].map((record) => `${JSON.stringify(record)}\n`);
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

async function upload<T>(target: ExportTarget, key: string, write: (to: Gzip) => Promise<T>): Promise<T> {
  const sink = openSink(target, key);
  try {
    const [written] = await Promise.all([write(sink.gzip), sink.done]);
    return written;
  } catch (error) {
    sink.abort(error);
    throw error;
  }
}

/** An object that is being written, compressed, in parts. When it is aborted nothing is left of it. */
function openSink({ s3, bucket }: ExportTarget, key: string) {
  const gzip = createGzip({ level: 4 });
  const Body = new PassThrough();
  const object = { Bucket: bucket, Key: key, Body, ContentType: 'application/gzip' };
  const uploading = new Upload({ client: s3, params: object });
  const done = Promise.all([pipeline(gzip, Body), uploading.done()]).then(() => undefined);
  // Told to whoever writes or ends; a failure in between must not end the process.
  done.catch((error: unknown) => gzip.destroy(error instanceof Error ? error : new Error(String(error))));
  return {
    gzip,
    done,
    async write(text: string): Promise<void> {
      if (!gzip.write(text)) await Promise.race([once(gzip, 'drain'), done]);
    },
    async end(): Promise<void> {
      gzip.end();
      await done;
    },
    abort(error: unknown): void {
      gzip.destroy(error instanceof Error ? error : new Error(String(error)));
      uploading.abort().catch(() => undefined);
    },
  };
}
