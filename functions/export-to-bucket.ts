import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { objectKeys } from '../shared/deployment/object-keys.ts';
import { exportRun } from '../shared/export/export-run.ts';
import { formatOf } from '../shared/export/formats.ts';
import type { ExportKind } from '../shared/export/records.ts';
import type { Remarks } from '../shared/export/remarks.ts';
import type { ExportFormat } from '../shared/job/export-formats.ts';
import { jobOf } from '../shared/job/job-of-run.ts';
import type { Run } from '../shared/model.ts';
import type { CompleteItem } from '../shared/sources/reports.ts';
import type { S3Outcomes } from '../shared/stores/aws/s3-outcomes.ts';

/** A file of a run in the bucket. */
export interface ExportedFile {
  key: string;
  what: ExportKind;
  format: ExportFormat;
  records: number;
  /** Before compression. */
  bytes: number;
  /** For a large run: the objects in the folder `key`, in order. */
  parts?: { key: string; records: number; bytes: number }[];
  /** The remarks of `ExportCounts`. */
  remarks?: Partial<Remarks>;
}

export interface ExportTarget {
  s3: S3Client;
  bucket: string;
  outcomes: Pick<S3Outcomes, 'list' | 'listAfter'>;
}

/**
 * Writes the items of a run in one format, in the job's order. `complete`: what facts add to them. Streams; the object becomes visible when it is
 * complete.
 */
export async function exportToBucket(
  target: ExportTarget,
  run: Run,
  format: ExportFormat,
  complete?: CompleteItem,
): Promise<ExportedFile> {
  const { sort, only } = jobOf(run).output;
  const file = { key: objectKeys.report(run.id, fileName(format)), what: 'items' as const, format };
  const written = await upload(target, file.key, format, (to) =>
    exportRun({ outcomes: target.outcomes, run: run.id, what: file.what, format, to, sort, only, complete }),
  );
  return { ...file, ...written };
}

function fileName(format: ExportFormat): string {
  return ownTypeOf(format) === undefined ? `items.${format}.gz` : `items.${format}`;
}

/** Writes chunks while they are made; returns the bytes before compression. */
export async function uploadChunks(
  target: ExportTarget,
  key: string,
  format: ExportFormat,
  chunks: AsyncIterable<Uint8Array>,
): Promise<number> {
  let bytes = 0;
  return upload(target, key, format, async (to) => {
    await pipeline(async function* () {
      for await (const chunk of chunks) {
        bytes += chunk.byteLength;
        yield chunk;
      }
    }, to);
    return bytes;
  });
}

/** The content type of a format that is compressed itself; the others are gzipped. */
function ownTypeOf(name: ExportFormat): string | undefined {
  const format = formatOf(name);
  return format.madeOf === 'whole' ? format.contentType : undefined;
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

/** An object that is written in compressed parts. When it is aborted, no part remains. */
function openSink({ s3, bucket }: ExportTarget, key: string, format: ExportFormat) {
  const ownType = ownTypeOf(format);
  const input: Transform = ownType === undefined ? createGzip({ level: 4 }) : new PassThrough();
  const Body = new PassThrough();
  const object = { Bucket: bucket, Key: key, Body, ContentType: ownType ?? 'application/gzip' };
  const uploading = new Upload({ client: s3, params: object });
  const done = Promise.all([pipeline(input, Body), uploading.done()]).then(() => undefined);
  // The writer gets the failure; one between two writes must not end the process.
  done.catch((error: unknown) => input.destroy(error instanceof Error ? error : new Error(String(error))));
  return {
    input,
    done,
    abort(error: unknown): void {
      input.destroy(error instanceof Error ? error : new Error(String(error)));
      uploading.abort().catch(() => undefined);
    },
  };
}
