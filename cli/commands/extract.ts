import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeWhole } from '../../shared/export/export-to-file.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
import { formatBytes, formatNoun } from '../../shared/text/format.ts';
import { type AwsSwitch, isOnAws, mayTakeAws } from '../aws/aws-options.ts';
import { withBackend } from '../backend/with-backend.ts';
import { act, makeCommand, processCount, wholeNumber } from '../command.ts';
import { findRunOrLast } from '../find-run.ts';
import type { RunChoice } from '../local/job-of-extraction.ts';
import { scrape } from '../local/scrape.ts';
import type { Output } from '../output.ts';
import { readSettings } from '../read-settings.ts';
import { exitCodes } from '../report-error.ts';
import { usageError } from '../usage-error.ts';

interface ExtractOptions extends AwsSwitch {
  job: string;
  last?: boolean;
  processes?: number | 'auto';
  maxItems?: number;
}

export const extractCommand = mayTakeAws(
  makeCommand({
    name: 'extract',
    description:
      'Takes items by the selectors of a job file from the pages that a run has kept (keep: warc), without one request. It is a run of its own: its items are in <outputDir>/<run>/, each with the time of the fetch (_fetchedAt), and resume goes on with it.',
    examples: [
      ['extract books-2026 --job books.yaml', 'other fields of the same pages, on all cores'],
      ['extract --last --job books.yaml --processes 1', 'of the run that started last, on one core'],
      [
        'extract books-2026 --aws --job books.yaml',
        'from the pages of a run on AWS, which are brought here first',
      ],
    ],
  }),
)
  .requiredOption('--job <file>', 'the job file, whose sources and politeness do not matter here')
  .option('--last', 'the run that started last')
  .option('--processes <n|auto>', 'worker processes; auto: one per core', processCount)
  .option('--max-items <n>', 'instead of limits.maxItems of the job', wholeNumber(1))
  .action(
    act<ExtractOptions>(async (output, { job: file, last, ...options }, run) => {
      const { processes, maxItems, settings } = options;
      const ofRun = aboutRun({ ...options, job: file });
      const extract = isOnAws(ofRun) ? await bringRun(output, ofRun, { run, last }) : { run, last };
      const order = {
        ...{ file, extract },
        ...(processes === undefined ? {} : { processes }),
        ...(maxItems === undefined ? {} : { maxItems }),
        ...(settings === undefined ? {} : { settings }),
      };
      const { exitCode } = await scrape(output, order, ({ runs }) => {
        output.data({ type: 'started', runs });
        for (const id of runs) output.note(`started ${id}`);
      });
      return exitCode;
    }),
  );

/** Without what is about this machine, where the extraction works, whichever run it is of. */
function aboutRun({
  processes: _,
  maxItems: _max,
  job: _job,
  last: _last,
  ...options
}: ExtractOptions): AwsSwitch {
  return options;
}

/** Brings the pages of a run on AWS into the folder that a run of this machine would have, unless they are there. */
async function bringRun(
  output: Output,
  options: AwsSwitch,
  { run: name, last }: Pick<RunChoice, 'run' | 'last'>,
): Promise<RunChoice> {
  const { outputDir } = readSettings(options);
  let brought: RunChoice | undefined;
  await withBackend('extract', options, async (backend) => {
    const run = await findRunOrLast(backend.ledger, name, last);
    const [view] = await backend.readViews([run]);
    if (view?.isOver !== true)
      throw usageError(`${run.id} is not over, so that its pages are not put together yet`);
    const folder = resolve(outputDir, run.id);
    const kept = await backend.bringPages(run, folder);
    const job = jobOf(run).name;
    await writeManifest(folder, { run: run.id, job, state: run.state, kept });
    const bytes = kept.reduce((sum, file) => sum + file.bytes, 0);
    output.note(`${formatNoun(kept.length, 'file')} of pages, ${formatBytes(bytes)}: ${folder}`);
    brought = { run: run.id, last: undefined, ofStack: { job } };
    return exitCodes.done;
  });
  if (brought === undefined) throw new Error('no run was brought');
  return brought;
}

/** By which the pages are found, here and by the next call. */
async function writeManifest(folder: string, manifest: object): Promise<void> {
  await writeWhole(join(folder, 'run.json'), (to) =>
    pipeline([`${JSON.stringify(manifest, null, 2)}\n`], to),
  );
}
