import { mkdir } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Outcomes } from '../../shared/coordination/ports.ts';
import { type ExportCounts, exportRun } from '../../shared/export/export-run.ts';
import { exportToFile } from '../../shared/export/export-to-file.ts';
import { joinFacts } from '../../shared/export/join-facts.ts';
import { type ExportKind, exportKinds } from '../../shared/export/records.ts';
import { remarkLines } from '../../shared/export/remarks.ts';
import {
  type ExportFormat,
  exportFormatFacts,
  exportFormatOfEnding,
  exportFormats,
} from '../../shared/job/export-formats.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
import type { Job } from '../../shared/job/schema.ts';
import { formatBytes, formatNoun } from '../../shared/text/format.ts';
import { type ArchiveForm, archiveForms, isArchiveForm } from '../archive/archive-forms.ts';
import { type AwsSwitch, mayTakeAws } from '../aws/aws-options.ts';
import { type BackendFor, withBackend } from '../backend/with-backend.ts';
import { act, makeCommand } from '../command.ts';
import { findRunOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { makeTicker } from '../progress/ticker.ts';
import { refuseExisting } from '../refuse-existing.ts';
import { exitCodes } from '../report-error.ts';
import { usageError } from '../usage-error.ts';

/** What lies in files of its own, which are put into a folder as they are. */
const fileKinds = ['files', 'archive'] as const;
type FileKind = (typeof fileKinds)[number];

interface ExportOptions extends AwsSwitch {
  last?: boolean;
  what: ExportKind | FileKind;
  format?: ExportFormat | ArchiveForm;
  sort?: string;
  output: string;
  force?: boolean;
}

export const exportCommand = mayTakeAws(
  makeCommand({
    name: 'export',
    description: 'Writes the items of a run to a file or to stdout, while it runs or afterwards.',
    examples: [
      ['export --last --output items.xlsx', 'items of the run that started last, as a spreadsheet'],
      ['export --last --output places.geojson --sort -rating', 'for a map, the best rated first'],
      ['export books-2026 --what failures | head', 'what failed, one JSON object a line'],
      ['export books-2026 --aws --output items.csv', 'items of a run on AWS'],
      [
        'export books-2026 --aws --what files --output photos',
        'what it has downloaded, brought to this machine',
      ],
      ['export books-2026 --aws --what archive --output pages', 'the pages that it has kept (keep: warc)'],
      ['export books-2026 --what archive --format html --output pages', 'each of them as a file'],
      ['export books-2026 --what archive --output pages.wacz', 'for ReplayWeb.page'],
    ],
  }),
)
  .option('--last', 'the run that started last')
  .addOption(
    new Option(
      '--what <kind>',
      'what to write; files and archive (the pages that were kept): into the folder --output',
    )
      .choices([...exportKinds, ...fileKinds])
      .default('items'),
  )
  .addOption(
    new Option(
      '--format <format>',
      `default: by the output file's name, else jsonl; of an archive ${archiveForms.join(', ')}`,
    ).choices([...exportFormats, ...archiveForms]),
  )
  .option('--sort <field>', 'sort by a field, such as rating; -rating for descending', sortField)
  .option('--output <file>', 'file to write; - for stdout', '-')
  .option('--force', 'replace the file, if it is there')
  .action(
    act<ExportOptions>((output, options, name) =>
      withBackend('export', options, (backend) => write(backend, output, options, name)),
    ),
  );

type Backend = BackendFor<'export'>;

/** Rejects with the store's errors. */
async function write(
  backend: Backend,
  output: Output,
  options: ExportOptions,
  name: string | undefined,
): Promise<number> {
  const { what, format } = options;
  if (what !== 'files' && what !== 'archive') {
    if (isArchiveForm(format)) throw usageError(`--format ${format} is of --what archive`);
    return writeRecords(backend, output, { ...options, what, format }, name);
  }
  if (options.output === '-') throw usageError(`--what ${what} are files: say --output, a folder or a file`);
  if (what === 'files') return bringFiles(backend, output, options, name);
  const { exportArchive } = await import('../archive/export-archive.ts');
  return exportArchive(backend, output, options, name);
}

/** Into a folder, which may be there: what it has already is not brought again. */
async function bringFiles(
  backend: Backend,
  output: Output,
  { last, output: folder }: ExportOptions,
  name: string | undefined,
): Promise<number> {
  const run = await findRunOrLast(backend.ledger, name, last);
  const to = resolve(folder);
  await mkdir(to, { recursive: true });
  const files = await backend.bringFiles(run, to);
  output.data({ run: run.id, what: 'files', folder: to, files });
  output.line(`${formatNoun(files, 'file')}: ${folder}`);
  return exitCodes.done;
}

/** Of an active run, the records so far are exported. */
async function writeRecords(
  { ledger, outcomes, pathOfFile }: Backend,
  output: Output,
  options: Omit<ExportOptions, 'what' | 'format'> & { what: ExportKind; format: ExportFormat | undefined },
  name: string | undefined,
): Promise<number> {
  if (options.output !== '-' && options.force !== true) refuseExisting(options.output);
  const found = await findRunOrLast(ledger, name, options.last);
  const { id: run, state } = found;
  const job = jobOf(found);
  const format = options.format ?? formatOf(options.output);
  let read = 0;
  using ticker = makeTicker(() => `${formatNoun(read, 'batch', 'batches')} read`);
  const counted = countedList(outcomes, () => {
    read += 1;
    // If the records go to the same terminal, they show the progress themselves.
    if (options.output !== '-' || !process.stdout.isTTY) ticker.tick();
  });
  const { what, sort } = options;
  // A frozen job of an older version, or of a program, may lack it.
  const { output: settings }: Partial<Job> = job;
  const only = what === 'items' ? settings?.only : undefined;
  const complete =
    what === 'items' || what === 'failures'
      ? await joinFacts(counted, run, job, (file) => pathOfFile(file, job.name))
      : undefined;
  const request = { outcomes: counted, run, what, format, sort, only, complete };
  if (state === 'running' || state === 'paused')
    output.note(`${run} is not over: this is what there is so far`);
  if (options.output === '-') {
    const { isText, about } = exportFormatFacts(format);
    if (!isText && process.stdout.isTTY) throw usageError(`${about} is no text: say --output FILE`);
    const { remarks = {} } = await exportRun({ ...request, to: process.stdout, end: false, isStream: true });
    // With `--json`, notes would go to stdout, which is the exported file here.
    if (!output.isJson) for (const line of remarkLines(remarks)) output.note(line);
    return exitCodes.done;
  }
  const file = resolve(options.output);
  const written = await exportToFile({ ...request, file });
  output.data({ run, what, format, file, ...written });
  report(output, options.output, written);
  return exitCodes.done;
}

function report(output: Output, file: string, { records, bytes, remarks = {} }: ExportCounts): void {
  output.line(`${formatNoun(records, 'record')}, ${formatBytes(bytes)}: ${file}`);
  for (const line of remarkLines(remarks)) output.line(line);
}

function countedList(outcomes: Outcomes, onOutcome: () => void): Pick<Outcomes, 'list'> {
  return {
    async *list(run) {
      for await (const outcome of outcomes.list(run)) {
        onOutcome();
        yield outcome;
      }
    },
  };
}

function sortField(text: string): string {
  if (/^-?[^\s-]/.test(text)) return text;
  throw new InvalidArgumentError('It is a field, such as rating; or -rating for descending.');
}

function formatOf(file: string): ExportFormat {
  const extension = extname(file).slice(1).toLowerCase();
  const format = exportFormatOfEnding(extension);
  if (format !== undefined) return format;
  throw usageError(`the name ${file} names no format; say --format ${exportFormats.join(', ')}`);
}
