import { defaultPrices } from '../../shared/cost/cost.ts';
import { loadJobs } from '../../shared/job/load.ts';
import { hasPlaces } from '../../shared/sources/places/has-places.ts';
import { act, type CommonOptions, makeCommand, wholeNumber } from '../command.ts';
import { estimateJob } from '../estimate/estimate-job.ts';
import type { PlacesEstimate } from '../estimate/estimate-places.ts';
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
  summary: 'say what a run would take and cost',
  description:
    'Scrapes a few pages from this machine, robots.txt and gaps obeyed, and says what a run of the job on AWS would take and cost. Of a search for places, counts them by requests that Google does not bill, and says what it would bill. Needs no AWS account, and keeps nothing.',
  examples: [
    ['estimate books.yaml', 'time and cost of each job of the file, from 20 pages'],
    ['estimate books.yaml --pages 1000000', 'of a crawl whose size you know'],
    ['estimate dentists.yaml --max-seconds 600', 'requests to Google by kind, and dollars, before the run'],
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
        if (hasPlaces(loaded.job)) {
          const { estimatePlaces } = await import('../estimate/estimate-places.ts');
          const { placesEstimateLines } = await import('../estimate/places-text.ts');
          const places = await estimatePlaces(output, settings, loaded, bounds.timeLimitMs);
          output.data({ type: 'estimate', job: loaded.job.name, ...places });
          for (const line of placesEstimateLines(loaded.job, places, output.paint)) output.line(line);
          if (places.isInterrupted) return exitCodes.interrupted;
          if (hasFailed(places)) return exitCodes.failed;
        }
        // A sample of the others must not ask Google what it bills.
        const sources = loaded.job.sources.filter((source) => source.places === undefined);
        if (sources.length === 0) continue;
        const others = { ...loaded, job: { ...loaded.job, sources } };
        output.note(`sampling ${loaded.job.name}: up to ${options.sample} pages, ${options.maxSeconds} s`);
        const told = await estimateJob(output, settings, others, bounds);
        output.data(estimateData(loaded.job, settings.aws, told, defaultPrices));
        for (const line of estimateLines(loaded.job, settings.aws, told)) output.line(line);
        if (told.isInterrupted) return exitCodes.interrupted;
      }
      return exitCodes.done;
    }),
  );

/** It says why by itself. */
function hasFailed({ heldUp, sources }: PlacesEstimate): boolean {
  return heldUp !== undefined || sources.some(({ known }) => known === 'nothing');
}
