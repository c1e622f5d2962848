import { newRun } from '../../shared/engine/run/new-run.ts';
import type { LoadedJob } from '../../shared/job/load.ts';
import { needsOfJob } from '../../shared/sources/needs-of-job.ts';
import type { Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import { termsOf } from '../terms.ts';
import type { AwsOptions } from './aws-options.ts';
import { checkSecrets } from './check-secrets.ts';
import { concurrencyOf } from './concurrency.ts';
import { onAws } from './on-aws.ts';
import { checkJob } from './prepare-job.ts';
import { startOnAws } from './start-on-aws.ts';
import { uploadFiles } from './upload-files.ts';
import { watchRuns } from './watch-runs.ts';
import { readWorkerPool, reportPool } from './worker-pool.ts';

export interface EnqueueOptions extends AwsOptions {
  job?: string;
  watch?: boolean;
}

/** Starts a run on AWS of each job. All are checked before any is started; none is half started. */
export async function enqueue(output: Output, options: EnqueueOptions, jobs: LoadedJob[]): Promise<number> {
  return onAws('enqueue', options, async (aws) => {
    const starts = jobs.map(newRun);
    for (const start of starts) await checkJob(start, aws.settings.aws);
    const pooling = readWorkerPool(aws.config, concurrencyOf(aws.settings.aws));
    const ofJobs = starts.flatMap(({ job }) => needsOfJob(job).secrets);
    await checkSecrets(output, aws, [...new Set(ofJobs)]);
    const terms = await termsOf(
      aws.store.ledger,
      jobs.map(({ job }) => job),
    );
    for (const line of terms) output.note(line);
    const pool = await pooling;
    reportPool(output, pool);
    const ids: string[] = [];
    for (const start of starts) {
      await uploadFiles(aws, start);
      await startOnAws(aws, start);
      ids.push(start.id);
      // Reported one by one: if the next start fails, the runs before it go on.
      output.note(`started ${start.id}`);
    }
    const { dashboard, region } = aws.stack;
    output.data({ type: 'started', runs: ids, stack: aws.stack.name, region, dashboard, pool });
    if (options.watch === true) return watchRuns(output, aws, ids);
    for (const line of nextLines(ids, aws.flags, dashboard)) output.line(line);
    return exitCodes.done;
  });
}

function nextLines(ids: string[], flags: string, dashboard: string): string[] {
  const [id = ''] = ids;
  return [
    'next:',
    `  npx spinneret status ${ids.length === 1 ? `${id} ` : ''}${flags} --watch`,
    `  npx spinneret export ${id} ${flags} --output items.jsonl`,
    `  npx spinneret cancel ${id} ${flags}`,
    `dashboard: ${dashboard}`,
  ];
}
