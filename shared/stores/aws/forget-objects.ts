import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';
import { objectKeys } from '../../deployment/object-keys.ts';
import { HaltError } from '../../errors.ts';

export interface ForgetBucket {
  client: S3Client;
  bucket: string;
}

/** The objects that the bucket has of one run: every version, where it keeps versions. */
export interface ObjectCounts {
  outcomes: number;
  files: number;
  exports: number;
  items: number;
  /** Objects with the pages of a batch that the run kept, each. */
  pages: number;
  /** Intermediate files of an export, and of downloads. */
  parts: number;
  manifests: number;
  /** Delete markers of earlier deletions, in a bucket that keeps versions. */
  deleteMarkers: number;
  /** Multipart uploads that were started and never completed. */
  uploads: number;
  bytes: number;
}

const noObjects: ObjectCounts = {
  ...{ outcomes: 0, files: 0, exports: 0, items: 0, pages: 0, parts: 0, manifests: 0 },
  ...{ deleteMarkers: 0, uploads: 0, bytes: 0 },
};

/** The prefixes of all keys of a run in the bucket. */
function prefixesOf(run: string): string[] {
  return [`runs/${run}/`, objectKeys.itemsFolder(run), objectKeys.part(run, ''), objectKeys.upload(run, '')];
}

export async function countObjects(target: ForgetBucket, run: string): Promise<ObjectCounts> {
  const counts = { ...noObjects };
  for (const prefix of prefixesOf(run)) {
    for await (const page of listVersions(target, prefix)) {
      for (const { key, size, isMarker } of page) {
        counts[isMarker ? 'deleteMarkers' : kindOf(key)] += 1;
        counts.bytes += size;
      }
    }
    counts.uploads += (await listUploads(target, prefix)).length;
  }
  return counts;
}

/** Deletes all objects of a run, every version, and returns how many: to be called until it returns 0. */
export async function deleteObjects(target: ForgetBucket, run: string, onPage: () => void): Promise<number> {
  const { client, bucket: Bucket } = target;
  let deleted = 0;
  for (const prefix of prefixesOf(run)) {
    for await (const page of listVersions(target, prefix)) {
      await deletePage(target, page);
      deleted += page.length;
      onPage();
    }
    for (const upload of await listUploads(target, prefix)) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, ...upload }));
      deleted += 1;
    }
  }
  return deleted;
}

/**
 * Deletes the files of a job, every version, but for those with these hashes. A job that has none costs one LIST.
 */
export async function deleteStoredFiles(
  target: ForgetBucket,
  job: string,
  named: ReadonlySet<string>,
): Promise<{ files: number; bytes: number }> {
  const prefix = objectKeys.storedFolder(job);
  const gone = { files: 0, bytes: 0 };
  for await (const page of listVersions(target, prefix)) {
    const unnamed = page.filter(({ key }) => !named.has(key.slice(prefix.length)));
    if (unnamed.length === 0) continue;
    await deletePage(target, unnamed);
    for (const { size, isMarker } of unnamed) {
      if (!isMarker) gone.files += 1;
      gone.bytes += size;
    }
  }
  return gone;
}

/** Whether the job has files in the bucket. */
export async function hasStoredFiles(target: ForgetBucket, job: string): Promise<boolean> {
  for await (const _ of listVersions(target, objectKeys.storedFolder(job))) return true;
  return false;
}

interface Version {
  key: string;
  id: string | undefined;
  size: number;
  isMarker: boolean;
}

/**
 * At most a thousand versions, as many as one call deletes. A bucket without versions has one version of each
 * object, called null.
 */
async function* listVersions({ client, bucket }: ForgetBucket, prefix: string): AsyncGenerator<Version[]> {
  for (let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}; ; ) {
    const answer = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...from }),
    );
    const { Versions = [], DeleteMarkers = [] } = answer;
    const page = [
      ...Versions.map(({ Key = '', VersionId, Size = 0 }) => ({
        key: Key,
        id: VersionId,
        size: Size,
        isMarker: false,
      })),
      ...DeleteMarkers.map(({ Key = '', VersionId }) => ({
        key: Key,
        id: VersionId,
        size: 0,
        isMarker: true,
      })),
    ];
    if (page.length > 0) yield page;
    if (answer.IsTruncated !== true) return;
    from = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
  }
}

async function deletePage({ client, bucket }: ForgetBucket, page: Version[]): Promise<void> {
  const Objects = page.map(
    ({ key, id }): ObjectIdentifier => ({ Key: key, ...(id === undefined ? {} : { VersionId: id }) }),
  );
  const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
  const { Errors = [] } = await client.send(command);
  const [first] = Errors;
  if (first === undefined) return;
  throw new HaltError(
    'FORGET_INCOMPLETE',
    `S3 refused to delete ${Errors.length} objects: ${first.Key}: ${first.Code} ${first.Message}`,
  );
}

async function listUploads({ client, bucket }: ForgetBucket, prefix: string) {
  const { Uploads = [] } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }),
  );
  return Uploads.map(({ Key, UploadId }) => ({ Key, UploadId }));
}

function kindOf(key: string): Exclude<keyof ObjectCounts, 'bytes' | 'deleteMarkers' | 'uploads'> {
  const [folder, , kind] = key.split('/');
  if (folder === 'items') return 'items';
  if (folder === 'parts' || folder === 'uploads') return 'parts';
  if (kind === 'outcomes' || kind === 'files' || kind === 'exports' || kind === 'pages') return kind;
  return 'manifests';
}
