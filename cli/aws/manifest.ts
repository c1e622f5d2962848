import { HeadObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import type { Run } from '../../shared/model.ts';
import type { AwsProject } from './on-aws.ts';

/** The last object written for a run: when it exists, the export is done and the end of the run was announced. */
export async function hasManifest(
  { store, stack }: Pick<AwsProject, 'store' | 'stack'>,
  run: string,
): Promise<boolean> {
  try {
    await store.s3.send(new HeadObjectCommand({ Bucket: stack.bucket, Key: objectKeys.manifest(run) }));
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return false;
    throw error;
  }
}

const dayMs = 86_400_000;

/** True with a manifest, or a day after the end. An export that is still under way would write again what is deleted. */
export async function isExported(aws: AwsProject, { id, finishedAt = 0 }: Run): Promise<boolean> {
  return finishedAt < Date.now() - dayMs || (await hasManifest(aws, id));
}
