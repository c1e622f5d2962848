import { defaultPrices } from '../../shared/cost/cost.ts';
import { loadJobs } from '../../shared/job/load.ts';
import { act, type CommonOptions, makeCommand, wholeNumber } from '../command.ts';
import { estimateJob } from '../estimate/estimate-job.ts';
import { estimateData, estimateLines } from '../estimate/estimate-text.ts';
import { readSettings } from '../project.ts';
import { exitCodes } from '../report-error.ts';
import { pickJobs } from '../start-runs.ts';

interface EstimateOptions extends CommonOptions {
  job?: string;
  pages?: number;
  sample: number;
  maxSeconds: number;
}

export const estimateCommand = makeCommand({
  usage: 'estimate <file>',
  group: 'On AWS:',
  summary: 'say what a run on AWS would take and cost',
  description:
    'Scrapes a few pages from this machine, robots.txt and gaps obeyed, and says what a run of the job on AWS would take and cost. Needs no AWS account, and keeps nothing.',
  examples: [
    ['estimate books.yaml', 'time and cost of each job of the file, from 20 pages'],
    ['estimate books.yaml --pages 1000000', 'of a crawl whose size you know'],
  ],
})
  .option('--job <name>', 'only the job of that name')
  .option(
    '--pages <n>',
    'pages of the run, if you know; else its sources or limits.maxPages tell',
    wholeNumber(1),
  )
  .option('--sample <n>', 'pages to scrape for it', wholeNumber(1, 1_000), 20)
  .option('--max-seconds <n>', 'time for the sample', wholeNumber(1, 3_600), 60)
  .action(
    act<EstimateOptions>(async (output, options, file = '') => {
      const settings = readSettings(options);
      const bounds = {
        sample: options.sample,
        timeLimitMs: options.maxSeconds * 1_000,
        pages: options.pages,
      };
      for (const loaded of pickJobs(await loadJobs(file), options.job)) {
        output.note(`sampling ${loaded.job.name}: up to ${options.sample} pages, ${options.maxSeconds} s`);
        const told = await estimateJob(output, settings, loaded, bounds);
        output.data(estimateData(loaded.job, settings.aws, told, defaultPrices));
        for (const line of estimateLines(loaded.job, settings.aws, told)) output.line(line);
        if (told.isInterrupted) return exitCodes.interrupted;
      }
      return exitCodes.done;
    }),
  );
