import { act, type CommonOptions, makeCommand, processCount, wholeNumber } from '../command.ts';
import { scrape } from '../local/scrape.ts';

interface RunOptions extends CommonOptions {
  job?: string;
  processes?: number | 'auto';
  maxPages?: number;
  maxItems?: number;
  cached?: true;
}

export const runCommand = makeCommand({
  name: 'run',
  description:
    'Scrapes what a job file says, and writes the items to <outputDir>/<run>/. Ctrl-C stops so that resume can go on.',
  examples: [
    ['run books.yaml', 'runs every job of the file with one process per core'],
    ['run books.yaml --max-pages 50 --processes 1', 'a small run, to see whether the job is right'],
    [
      'run books.yaml --cached',
      'while you write it: pages that were fetched so before are not fetched again',
    ],
    ['run dentists.yaml --max-items 20', 'the same of a search for places, which has no pages of its own'],
  ],
})
  .option('--job <name>', 'only the job of that name; without it, all of the file at once')
  .option('--processes <n|auto>', 'worker processes; auto: one per core', processCount)
  .option('--max-pages <n>', 'instead of limits.maxPages of the job', wholeNumber(1))
  .option('--max-items <n>', 'instead of limits.maxItems of the job', wholeNumber(1))
  .option(
    '--cached',
    'keeps its pages on this machine, and reads those that it has; forget --cached deletes them',
  )
  .action(
    act<RunOptions>(async (output, options, file = '') => {
      const { exitCode } = await scrape(output, { ...options, file }, ({ runs, terms, warnings }) => {
        for (const line of [...terms, ...warnings]) output.note(line);
        output.data({ type: 'started', runs });
        for (const id of runs) output.note(`started ${id}`);
      });
      return exitCode;
    }),
  );
