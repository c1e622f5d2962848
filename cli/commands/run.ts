import { type LoadedJob, loadJobs } from '../../shared/job/load.ts';
import { act, type CommonOptions, makeCommand, processCount, wholeNumber } from '../command.ts';
import { conclude } from '../conclude.ts';
import { openProject } from '../project.ts';
import { pickJobs, startRuns } from '../start-runs.ts';
import { workOnRuns } from '../work-on-runs.ts';

interface RunOptions extends CommonOptions {
  job?: string;
  processes?: number | 'auto';
  maxPages?: number;
}

export const runCommand = makeCommand({
  usage: 'run <file>',
  group: 'Most used:',
  summary: 'scrape what a job file says',
  description:
    'Scrapes what a job file says, and writes the items to <outputDir>/<run>/. Ctrl-C stops so that resume can go on.',
  examples: [
    ['run books.yaml', 'runs every job of the file with one process per core'],
    ['run books.yaml --max-pages 50 --processes 1', 'a small run, to see whether the job is right'],
  ],
})
  .option('--job <name>', 'only the job of that name; without it, all of the file at once')
  .option('--processes <n|auto>', 'worker processes; auto: one per core', processCount)
  .option('--max-pages <n>', 'instead of limits.maxPages of the job', wholeNumber(1))
  .action(
    act<RunOptions>(async (output, options, file = '') => {
      const { processes } = options;
      const jobs = pickJobs(await loadJobs(file), options.job).map((loaded) =>
        limited(loaded, options.maxPages),
      );
      await using project = await openProject(options, processes === undefined ? {} : { processes });
      const runs = await startRuns(project.store, jobs);
      const ids = runs.map(({ id }) => id);
      output.data({ type: 'started', runs: ids });
      for (const id of ids) output.note(`started ${id}`);
      const work = await workOnRuns(project, output, ids);
      return await conclude(project, output, work);
    }),
  );

function limited(loaded: LoadedJob, maxPages: number | undefined): LoadedJob {
  if (maxPages === undefined) return loaded;
  const { job } = loaded;
  return { ...loaded, job: { ...job, limits: { ...job.limits, maxPages } } };
}
