import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Outcomes } from '../shared/coordination/ports.ts';
import { objectKeys } from '../shared/deployment/object-keys.ts';
import { jobOf } from '../shared/job/job-of-run.ts';
import type { Run } from '../shared/model.ts';
import { openS3File } from '../shared/sources/s3-file.ts';
import { searchesAreas } from '../shared/sources/sources.ts';
import type { ExportTarget } from './export-to-bucket.ts';

/**
 * Writes the coverage of a search of areas beside the other reports of its run, and returns the keys; none for
 * other jobs. `outcomes`: those of the run, or the part of them with facts of cells.
 */
export async function coverageToBucket(
  { s3, bucket }: Pick<ExportTarget, 's3' | 'bucket'>,
  outcomes: Pick<Outcomes, 'list'>,
  run: Run,
): Promise<string[]> {
  const job = jobOf(run);
  if (!searchesAreas(job)) return [];
  const { coverageFiles, noneIfGone, reportCoverage } = await import('../shared/export/coverage-report.ts');
  const openFile = (path: string) => openS3File(s3, bucket, objectKeys.file(run.id, path));
  const reports = await reportCoverage(outcomes, run.id, job, openFile).catch(noneIfGone);
  const files = coverageFiles(reports).map(({ name, text }) => ({
    Key: objectKeys.report(run.id, name),
    text,
  }));
  for (const { Key, text } of files) {
    const ContentType = Key.endsWith('.svg') ? 'image/svg+xml' : 'application/json';
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: text, ContentType }));
  }
  return files.map(({ Key }) => Key);
}
