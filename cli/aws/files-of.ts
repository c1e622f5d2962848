import { objectKeys } from '../../shared/deployment/object-keys.ts';
import type { Run } from '../../shared/model.ts';
import { openS3File } from '../../shared/sources/s3-file.ts';
import type { OpenSourceFile } from '../../shared/sources/types.ts';
import type { AwsProject } from './on-aws.ts';

/** The files with which the run was started are in the bucket. */
export function filesOf({ store, stack }: AwsProject, { id }: Run): OpenSourceFile {
  return (path) => openS3File(store.s3, stack.bucket, objectKeys.file(id, path));
}
