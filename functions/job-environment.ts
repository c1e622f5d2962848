import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { objectKeys } from '../shared/deployment/object-keys.ts';
import { secretPath } from '../shared/deployment/stack.ts';
import type { JobEnvironment } from '../shared/engine/job-environment.ts';
import { HaltError } from '../shared/errors.ts';
import type { Job } from '../shared/job/schema.ts';
import type { Run } from '../shared/model.ts';
import { needsOfJob } from '../shared/sources/needs-of-job.ts';
import { openS3File } from '../shared/stores/aws/run-files.ts';
import { clientOptions } from './environment.ts';

export interface JobEnvironmentOptions {
  s3: S3Client;
  bucket: string;
  stack: string;
  /** As in `JobEnvironment`. */
  maxFetchMs?: number;
  /** The folder for handler files. @default the machine's folder for temporary files */
  folder?: string;
}

/** The environment of a run on AWS: secrets in the Parameter Store, files in the bucket. */
export function awsEnvironment(options: JobEnvironmentOptions): (run: Run) => Promise<JobEnvironment> {
  const { s3, bucket, stack, maxFetchMs, folder = tmpdir() } = options;
  return async (run) => {
    const { handlers, secrets } = needsOfJob(run.job as unknown as Job);
    const baseDir = join(folder, 'spinneret', run.id);
    await Promise.all(
      handlers.map((path) =>
        download(s3, { Bucket: bucket, Key: objectKeys.file(run.id, path) }, path, baseDir),
      ),
    );
    return {
      env: await readSecrets(stack, secrets),
      baseDir,
      ...(maxFetchMs === undefined ? {} : { maxFetchMs }),
      openFile: (path) => openS3File(s3, bucket, objectKeys.file(run.id, path)),
    };
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

/** The secrets with these names that the Parameter Store has; one call returns ten. */
export async function readSecrets(stack: string, names: string[]): Promise<Record<string, string>> {
  if (names.length === 0) return {};
  const ssm = new SSMClient(clientOptions);
  const path = secretPath(stack);
  const secrets: Record<string, string> = {};
  for (let at = 0; at < names.length; at += 10) {
    const Names = names.slice(at, at + 10).map((name) => path + name);
    const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    for (const { Name = '', Value } of Parameters) {
      if (Value !== undefined) secrets[Name.slice(path.length)] = Value;
    }
  }
  ssm.destroy();
  return secrets;
}
