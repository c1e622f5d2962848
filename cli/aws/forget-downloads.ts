import { jobOf } from '../../shared/job/job-of-run.ts';
import type { Run } from '../../shared/model.ts';
import { deleteStoredFiles, hasStoredFiles } from '../../shared/stores/aws/forget-objects.ts';
import type { ForgottenFiles } from '../forgotten-files.ts';
import { type AwsProject, bucketOf } from './on-aws.ts';
import { readViews } from './read-runs.ts';

/**
 * Deletes the files of these jobs that none of the runs left in the table names, by the facts in their outcomes: nothing is counted on
 * the way, so that nothing can be counted wrong. Of jobs without files nothing is said.
 */
export async function forgetDownloads(aws: AwsProject, jobs: string[]): Promise<ForgottenFiles[]> {
  const forgotten: ForgottenFiles[] = [];
  let runs: Run[] | undefined;
  for (const job of jobs) {
    if (!(await hasStoredFiles(bucketOf(aws), job))) continue;
    runs ??= await aws.store.ledger.listRuns();
    const ofJob = runs.filter((run) => jobOf(run).name === job);
    forgotten.push(await forgetFilesOf(aws, job, ofJob));
  }
  return forgotten;
}

async function forgetFilesOf(aws: AwsProject, job: string, runs: Run[]): Promise<ForgottenFiles> {
  const none = { job, files: 0, freedBytes: 0, linkedBytes: 0 };
  const going = (await readViews(aws.store.ledger, runs)).find(({ isOver }) => !isOver);
  if (going !== undefined) return { ...none, heldBy: going.run.id };
  const named = new Set<string>();
  for (const { id } of runs) {
    for await (const { pages } of aws.store.outcomes.list(id)) {
      for (const { file } of pages) if (file !== undefined) named.add(file.sha256);
    }
  }
  const { files, bytes } = await deleteStoredFiles(bucketOf(aws), job, named);
  return { ...none, files, freedBytes: bytes };
}
