import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { bundleHandler } from '../../shared/deployment/bundle-handler.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import { fileSeal } from '../../shared/deployment/wrapping.ts';
import type { NewRun } from '../../shared/engine/run/start-run.ts';
import { HaltError } from '../../shared/errors.ts';
import { packSealedFile } from '../../shared/sessions/sealed-file.ts';
import { needsOfJob } from '../../shared/sources/needs-of-job.ts';
import type { AwsStore } from './aws-store.ts';
import type { FileKeysOptions } from './file-keys.ts';
import type { Stack } from './find-stack.ts';

/** The largest object of one put; https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const maxBytes = 5 * 1024 ** 3;

/** Where files go: a part of `AwsProject`. */
export interface FileTarget extends FileKeysOptions {
  store: Pick<AwsStore, 's3'>;
  stack: Pick<Stack, 'name' | 'bucket' | 'keyArn'>;
}

/** Uploads the files of a job to the bucket: handlers bundled, URL lists unchanged, streamed, files with secrets sealed. */
export async function uploadFiles(
  { store, stack, config }: FileTarget,
  { id, job, baseDir }: Pick<NewRun, 'id' | 'job' | 'baseDir'>,
): Promise<void> {
  const { handlers, lists, sealed } = needsOfJob(job);
  const target = (path: string) => ({ Bucket: stack.bucket, Key: objectKeys.file(id, path) });
  for (const path of handlers) {
    const Body = await bundleHandler(resolve(baseDir, path));
    await store.s3.send(new PutObjectCommand({ ...target(path), Body, ContentType: 'text/javascript' }));
  }
  for (const path of lists) {
    const file = resolve(baseDir, path);
    const { size } = await stat(file);
    if (size > maxBytes) throw new HaltError('JOB_UNFIT', `${path} is larger than 5 GiB; split it`);
    // S3 needs the length of a stream in advance; there is no time-out, since the duration depends on the connection alone.
    const body = { Body: createReadStream(file), ContentLength: size, ContentType: 'text/plain' };
    await store.s3.send(new PutObjectCommand({ ...target(path), ...body }), { requestTimeout: 0 });
  }
  if (sealed.length === 0) return;
  const { openFileKeys } = await import('./file-keys.ts');
  using keys = openFileKeys({ config, stack });
  for (const path of sealed) {
    const text = await readFile(resolve(baseDir, path), 'utf8');
    const Body = packSealedFile(await keys.make(), fileSeal(id, path), text);
    await store.s3.send(new PutObjectCommand({ ...target(path), Body }));
  }
}
