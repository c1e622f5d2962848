import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { HaltError } from '../../shared/errors.ts';
import { removeLeft, replaceWhole } from '../../shared/export/export-to-file.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
import type { FileFact, Run } from '../../shared/model.ts';
import { inParallel } from '../../shared/stores/aws/in-parallel.ts';
import type { AwsProject } from './on-aws.ts';

const parallelFiles = 8;

/**
 * Brings the files that a run has downloaded into a folder, each under its name; those that are there stay. Returns how many there are.
 * Throws `HaltError` STORE_FAILED where one is not what it was.
 */
export async function bringFiles(aws: AwsProject, run: Run, folder: string): Promise<number> {
  const { name } = jobOf(run);
  const files = new Map<string, FileFact>();
  for await (const { pages } of aws.store.outcomes.list(run.id)) {
    for (const { file } of pages) if (file !== undefined) files.set(file.name, file);
  }
  if (files.size === 0) return 0;
  await mkdir(folder, { recursive: true });
  await removeLeft(folder);
  await inParallel([...files.values()], parallelFiles, (file) => bringFile(aws, name, file, folder));
  return files.size;
}

async function bringFile(
  { store, stack }: AwsProject,
  job: string,
  file: FileFact,
  folder: string,
): Promise<void> {
  const path = join(folder, file.name);
  // The hash in its name says that it is this file.
  if ((await stat(path).catch(() => undefined))?.size === file.bytes) return;
  const Key = objectKeys.stored(job, file.sha256);
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket: stack.bucket, Key }));
  const digest = createHash('sha256');
  await replaceWhole(path, (to) =>
    pipeline(
      Body as unknown as AsyncIterable<Uint8Array>,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          digest.update(chunk);
          yield chunk;
        }
        if (digest.digest('hex') !== file.sha256)
          throw new HaltError('STORE_FAILED', `${Key} has other bytes than were stored`);
      },
      to,
    ),
  );
}
