import { join, parse, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { defaultPrices } from '../../shared/cost/cost.ts';
import { writeWhole } from '../../shared/export/export-to-file.ts';
import { loadJobs } from '../../shared/job/load.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import { aheadOf } from '../../shared/sources/ahead.ts';
import { formatNoun } from '../../shared/text/format.ts';
import { type AwsSwitch, isOnAws, mayTakeAws } from '../aws/aws-options.ts';
import type { WorkerPool } from '../aws/worker-pool.ts';
import { pickJobs } from '../choose-job.ts';
import { act, makeCommand, wholeNumber } from '../command.ts';
import { estimateJob } from '../estimate/estimate-job.ts';
import { estimateData, estimateLines } from '../estimate/estimate-text.ts';
import { refusalOf, showRefusal } from '../estimate/unfit-job.ts';
import type { Output } from '../output.ts';
import { readSettings } from '../read-settings.ts';
import { refuseExisting } from '../refuse-existing.ts';
import { exitCodes } from '../report-error.ts';

interface EstimateOptions extends AwsSwitch {
  job?: string;
  pages?: number;
  sample: number;
  maxSeconds: number;
  output?: string;
  force?: boolean;
}

export const estimateCommand = mayTakeAws(
  makeCommand({
    name: 'estimate',
    description:
      'Scrapes a few pages from this machine, robots.txt and gaps obeyed, and says what a run of the job on AWS would take and cost. Of a search for places, counts them by requests that Google does not bill, and says what it would bill. Needs no AWS account, and keeps nothing; with --aws it asks the account how many functions may run at once.',
    examples: [
      ['estimate books.yaml', 'time and cost of each job of the file, from 20 pages'],
      ['estimate books.yaml --pages 1000000', 'of a crawl whose size you know'],
      ['estimate books.yaml --aws', 'with as many workers as your account lets run at once'],
      [
        'estimate dentists.yaml --output areas.svg',
        'and a picture of the areas with the cells that were counted',
      ],
      ['estimate dentists.yaml --max-seconds 600', 'requests to Google by kind, and dollars, before the run'],
    ],
  }),
)
  .option('--job <name>', 'only the job of that name')
  .option(
    '--pages <n>',
    'pages of the run, if you know; else its sources or limits.maxPages decide',
    wholeNumber(1),
  )
  .option('--sample <n>', 'pages to scrape for it', wholeNumber(1, 1_000), 20)
  .option('--max-seconds <n>', 'time for the sample', wholeNumber(1, 3_600), 60)
  .option('--output <file>', 'of a search for places, an SVG picture of its areas')
  .option('--force', 'replace that file, if it is there')
  .action(
    act<EstimateOptions>(async (output, options, file = '') => {
      if (options.output !== undefined && options.force !== true) refuseExisting(options.output);
      const pictures: string[] = [];
      const configured = readSettings(options);
      const pool = await readPool(output, options, configured);
      const settings = pool === undefined ? configured : withPool(configured, pool);
      const bounds = {
        sample: options.sample,
        timeLimitMs: options.maxSeconds * 1_000,
        pages: options.pages,
      };
      let isRefused = false;
      for (const loaded of pickJobs(await loadJobs(file), options.job)) {
        const refused = refusalOf(loaded.job, settings.aws);
        const more = {
          ...(pool === undefined ? {} : { pool }),
          ...(refused === undefined ? {} : { refused }),
        };
        isRefused ||= refused !== undefined;
        const ways = loaded.job.sources.map((source) => aheadOf(source).estimate);
        for (const load of new Set(ways.flatMap((way) => way ?? []))) {
          const { estimateCounted } = await import('../estimate/estimate-counted.ts');
          const counted = await estimateCounted(output, settings, loaded, await load(), bounds.timeLimitMs);
          output.data({ type: 'estimate', job: loaded.job.name, ...counted.data, ...more });
          for (const line of counted.lines) output.line(line);
          pictures.push(...counted.pictures);
          await writePictures(output, options.output, pictures);
          showRefusal(output, refused);
          if (counted.isInterrupted) return exitCodes.interrupted;
          if (counted.isFailed) return exitCodes.failed;
        }
        // Sources with an estimate of their own are left out of the sample, whose requests might be billed.
        const sources = loaded.job.sources.filter((_, index) => ways[index] === undefined);
        if (sources.length === 0) continue;
        const others = { ...loaded, job: { ...loaded.job, sources } };
        output.note(
          `sampling ${loaded.job.name}: up to ${formatNoun(options.sample, 'page')}, ${options.maxSeconds} s`,
        );
        const estimate = await estimateJob(output, settings, others, bounds);
        output.data({ ...estimateData(loaded.job, estimate, defaultPrices), ...more });
        for (const line of estimateLines(loaded.job, settings.aws, estimate)) output.line(line);
        showRefusal(output, refused);
        if (estimate.isInterrupted) return exitCodes.interrupted;
      }
      // Without an AWS option the user may mean this machine, where the job runs.
      return isRefused && isOnAws(options) ? exitCodes.failed : exitCodes.done;
    }),
  );

/** The first in the named file, others beside it: `areas.svg`, `areas-2.svg`. */
async function writePictures(output: Output, file: string | undefined, pictures: string[]): Promise<void> {
  if (file === undefined) return;
  const { dir, name, ext } = parse(resolve(file));
  for (const [index, picture] of pictures.entries()) {
    const path = join(dir, `${name}${index === 0 ? '' : `-${index + 1}`}${ext}`);
    await writeWhole(path, (to) => pipeline([picture], to));
    output.line(`  map     ${path}`);
  }
}

/** Reads the quota before anything is fetched; without `--aws`, AWS is not called. */
async function readPool(
  output: Output,
  options: EstimateOptions,
  { aws }: Settings,
): Promise<WorkerPool | undefined> {
  if (!isOnAws(options)) return undefined;
  const { connect } = await import('../aws/connect.ts');
  const { readWorkerPool, reportPool } = await import('../aws/worker-pool.ts');
  const { concurrencyOf } = await import('../aws/concurrency.ts');
  const pool = await readWorkerPool(connect(options).config, concurrencyOf(aws));
  reportPool(output, pool);
  return pool;
}

/** The settings with only as many functions at once as the account allows. */
function withPool({ aws, ...settings }: Settings, { workers, browsers }: WorkerPool): Settings {
  const { browser } = aws;
  const allowed =
    browser === undefined || browsers === undefined
      ? {}
      : { browser: { ...browser, maxConcurrency: browsers.functions } };
  return { ...settings, aws: { ...aws, maxConcurrency: workers, ...allowed } };
}
