import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Renderer } from '../shared/browser/types.ts';
import { objectKeys } from '../shared/deployment/object-keys.ts';
import { fileSeal } from '../shared/deployment/wrapping.ts';
import type { JobEnvironment } from '../shared/engine/job-environment.ts';
import { HaltError } from '../shared/errors.ts';
import { jobOf } from '../shared/job/job-of-run.ts';
import { labelsWithRoutes } from '../shared/job/render-schema.ts';
import type { Job } from '../shared/job/schema.ts';
import type { Run } from '../shared/model.ts';
import { parseS3Address } from '../shared/schema/s3-address.ts';
import { openSealedFile } from '../shared/sessions/sealed-file.ts';
import { needsOfJob } from '../shared/sources/needs-of-job.ts';
import { openS3File, openS3Object } from '../shared/sources/s3-file.ts';
import type { SourceFile } from '../shared/sources/types.ts';
import { makeS3FileStore } from '../shared/stores/aws/s3-file-store.ts';
import type { UploadRoom } from '../shared/stores/aws/s3-upload.ts';
import { readSecrets } from './read-secrets.ts';
import type { StackKeys } from './stack-keys.ts';

/** Where pages are read that need a browser, and by what. */
export type PagesInBrowser = { are: 'here'; renderer: Renderer } | { are: 'elsewhere' | 'nowhere' };

export interface JobEnvironmentOptions {
  s3: S3Client;
  bucket: string;
  stack: string;
  keys: StackKeys;
  keepDays: number;
  /** Epoch ms. */
  now: () => number;
  /** For parts of large files on their way. */
  room: UploadRoom;
  /** As in `JobEnvironment`. */
  maxFetchMs?: number;
  /** Where they are read here, the process reads no secret. @default nowhere */
  pagesInBrowser?: PagesInBrowser;
  /** The folder for handler files. @default the machine's folder for temporary files */
  folder?: string;
}

/** The environment of a run on AWS: secrets of the Parameter Store or Secrets Manager, files in the bucket. */
export function awsEnvironment(options: JobEnvironmentOptions): (run: Run) => Promise<JobEnvironment> {
  const { s3, bucket, stack, keys, keepDays, now, room, maxFetchMs, folder = tmpdir() } = options;
  const { pagesInBrowser = { are: 'nowhere' } } = options;
  return async (run) => {
    const job = jobOf(run);
    const { handlers, secrets, sealed } = needsOfJob(job);
    const baseDir = join(folder, 'spinneret', run.id);
    await Promise.all(
      handlers.map((path) =>
        download(s3, { Bucket: bucket, Key: objectKeys.file(run.id, path) }, path, baseDir),
      ),
    );
    return {
      ...(await environmentFor(pagesInBrowser, stack, secrets)),
      baseDir,
      ...(maxFetchMs === undefined ? {} : { maxFetchMs }),
      ...keysOfSessions(keys, job, pagesInBrowser),
      openFiles: (name) => makeS3FileStore({ client: s3, bucket, job: name, keepDays, now, room }),
      async openArchive(id) {
        const { openS3Archive } = await import('./keep-on-s3.ts');
        return openS3Archive({ client: s3, bucket }, id);
      },
      async openFile(path) {
        const address = parseS3Address(path);
        if (address !== undefined) return openS3Object(s3, address);
        const file = await openS3File(s3, bucket, objectKeys.file(run.id, path));
        return sealed.includes(path) ? unsealed(file, { run: run.id, path, keys }) : file;
      },
    };
  };
}

/**
 * Pages run programs of strangers in a browser, so the process beside it can read no secret of a job: stand-ins take their places. No job is
 * started whose pages in a browser need one (`misfitsOf`).
 */
async function environmentFor(
  pages: PagesInBrowser,
  stack: string,
  secrets: string[],
): Promise<Pick<JobEnvironment, 'env' | 'hasStandIns' | 'makeRenderer' | 'leavesPagesInBrowser'>> {
  switch (pages.are) {
    case 'here': {
      const env = Object.fromEntries(secrets.map((name) => [name, 'stand-in']));
      return { env, hasStandIns: true, makeRenderer: async () => pages.renderer };
    }
    case 'elsewhere':
      return { env: await readSecrets(stack, secrets), leavesPagesInBrowser: true };
    case 'nowhere':
      return { env: await readSecrets(stack, secrets) };
    default:
      return pages satisfies never;
  }
}

/**
 * Functions with a browser open the sessions of jobs whose pages they read, and no others. They cannot try passwords against what such a
 * session was made by, since its digest is keyed by the key of the others.
 */
function keysOfSessions(
  keys: StackKeys,
  { pages }: Job,
  { are }: PagesInBrowser,
): Pick<JobEnvironment, 'sessionKey' | 'originKey'> {
  if (labelsWithRoutes(pages).size === 0) return { sessionKey: () => keys.sessionKey('sessions') };
  const sessionKey = () => keys.sessionKey('sessionsInBrowser');
  return are === 'here' ? { sessionKey } : { sessionKey, originKey: () => keys.sessionKey('sessions') };
}

/** A file with secrets, opened. It is never taken as it is: what somebody else put into its place is refused. */
async function unsealed(
  file: SourceFile,
  { run, path, keys }: { run: string; path: string; keys: StackKeys },
): Promise<SourceFile> {
  const packed = await file.readAt(0, file.size);
  const text = await openSealedFile(packed, fileSeal(run, path), keys.fileKey);
  if (text === undefined)
    throw new HaltError('SEAL_INVALID', `${path} in the bucket was not sealed for ${run}`);
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    version: file.version,
    readAt: async (offset, length) => bytes.subarray(offset, offset + length),
    close: () => file.close(),
  };
}

async function download(
  s3: S3Client,
  object: { Bucket: string; Key: string },
  path: string,
  folder: string,
): Promise<void> {
  const target = resolve(folder, path);
  if (!target.startsWith(folder + sep)) {
    throw new HaltError('HANDLER_INVALID', `${path} is outside of the job's folder`);
  }
  const { Body } = await s3.send(new GetObjectCommand(object));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, (await Body?.transformToByteArray()) ?? '');
}
