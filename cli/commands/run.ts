import { type LoadedJob, loadJobs } from '../../shared/job/load.ts';
import { readsPages } from '../../shared/sources/sources.ts';
import { pickJobs } from '../choose-job.ts';
import { act, type CommonOptions, makeCommand, processCount, wholeNumber } from '../command.ts';
import { openProject } from '../project.ts';
import { usageError } from '../report-error.ts';
import { conclude } from '../run/conclude.ts';
import { startRuns } from '../run/start-runs.ts';
import { noteTerms } from '../run/terms-note.ts';
import { workOnRuns } from '../run/work-on-runs.ts';
import { warningsOf } from '../validate/job-warnings.ts';

interface RunOptions extends CommonOptions {
  job?: string;
  processes?: number | 'auto';
  maxPages?: number;
  maxItems?: number;
}

export const runCommand = makeCommand({
  name: 'run',
  description:
    'Scrapes what a job file says, and writes the items to <outputDir>/<run>/. Ctrl-C stops so that resume can go on.',
  examples: [
    ['run books.yaml', 'runs every job of the file with one process per core'],
    ['run books.yaml --max-pages 50 --processes 1', 'a small run, to see whether the job is right'],
    ['run dentists.yaml --max-items 20', 'the same of a search for places, which has no pages of its own'],
  ],
})
  .option('--job <name>', 'only the job of that name; without it, all of the file at once')
  .option('--processes <n|auto>', 'worker processes; auto: one per core', processCount)
  .option('--max-pages <n>', 'instead of limits.maxPages of the job', wholeNumber(1))
  .option('--max-items <n>', 'instead of limits.maxItems of the job', wholeNumber(1))
  .action(
    act<RunOptions>(async (output, options, file = '') => {
      const { processes } = options;
      const jobs = pickJobs(await loadJobs(file), options.job).map((loaded) => limited(loaded, options));
      await using project = await openProject(options, processes === undefined ? {} : { processes });
      await noteTerms(
        output,
        project.store.ledger,
        jobs.map(({ job }) => job),
      );
      const runs = await startRuns(project.store, jobs);
      for (const { job } of jobs)
        for (const warning of warningsOf(job)) output.note(`${job.name}: ${warning}`);
      const ids = runs.map(({ id }) => id);
      output.data({ type: 'started', runs: ids });
      for (const id of ids) output.note(`started ${id}`);
      const work = await workOnRuns(project, output, ids);
      return await conclude(project, output, work);
    }),
  );

/** Throws USAGE for a limit that would have no effect on the job. */
function limited(loaded: LoadedJob, { maxPages, maxItems }: RunOptions): LoadedJob {
  const { job } = loaded;
  if (maxPages !== undefined && !readsPages(job)) {
    throw usageError(
      `--max-pages does not bound ${job.name}, which has no pages of its own: use --max-items, or limits.budgetUsd in the job`,
    );
  }
  const limits = {
    ...job.limits,
    ...(maxPages === undefined ? {} : { maxPages }),
    ...(maxItems === undefined ? {} : { maxItems }),
  };
  return { ...loaded, job: { ...job, limits } };
}
