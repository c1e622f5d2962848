import { act, type CommonOptions, makeCommand, processCount, wholeNumber } from '../command.ts';
import { beginInWorker } from '../local/begin-in-worker.ts';
import { workOnRuns } from '../local/work-on-runs.ts';
import { openProject } from '../project.ts';

interface ExtractOptions extends CommonOptions {
  job: string;
  last?: boolean;
  processes?: number | 'auto';
  maxItems?: number;
}

export const extractCommand = makeCommand({
  name: 'extract',
  description:
    'Takes items by the selectors of a job file from the pages that a run has kept (keep: warc), without one request. It is a run of its own: its items are in <outputDir>/<run>/, each with the time of the fetch (_fetchedAt), and resume goes on with it.',
  examples: [
    ['extract books-2026 --job books.yaml', 'other fields of the same pages, on all cores'],
    ['extract --last --job books.yaml --processes 1', 'of the run that started last, on one core'],
  ],
})
  .requiredOption('--job <file>', 'the job file, whose sources and politeness do not matter here')
  .option('--last', 'the run that started last')
  .option('--processes <n|auto>', 'worker processes; auto: one per core', processCount)
  .option('--max-items <n>', 'instead of limits.maxItems of the job', wholeNumber(1))
  .action(
    act<ExtractOptions>(async (output, { job: file, last, ...options }, run) => {
      const begun = await beginInWorker({ ...options, file, extract: { run, last } });
      await using project = await openProject(begun.settings);
      output.data({ type: 'started', runs: begun.runs });
      for (const id of begun.runs) output.note(`started ${id}`);
      const work = await workOnRuns(project, output, begun.runs, { processes: begun.processes });
      const { conclude } = await import('../local/conclude.ts');
      return await conclude(project, output, work);
    }),
  );
