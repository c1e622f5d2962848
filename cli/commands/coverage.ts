import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeWhole } from '../../shared/export/export-to-file.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
import { type AwsSwitch, mayTakeAws } from '../aws/aws-options.ts';
import { type BackendFor, withBackend } from '../backend/with-backend.ts';
import { act, makeCommand } from '../command.ts';
import { findRunOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { refuseExisting } from '../refuse-existing.ts';
import { exitCodes } from '../report-error.ts';
import { usageError } from '../usage-error.ts';

interface CoverageOptions extends AwsSwitch {
  last?: boolean;
  output?: string;
  force?: boolean;
}

export const coverageCommand = mayTakeAws(
  makeCommand({
    name: 'coverage',
    description:
      'Shows how far a search for places has covered its areas: cells, those too full to be seen whole, and what may be missed. With --output also as JSON and as a picture; a run that ends by itself leaves both beside its items.',
    examples: [
      ['coverage --last', 'of the run that started last'],
      ['coverage dentists-2026 --output report', 'writes report/coverage.json and report/coverage.svg'],
    ],
  }),
)
  .option('--last', 'the run that started last')
  .option('--output <folder>', 'folder for coverage.json and coverage.svg')
  .option('--force', 'replace the files, if they are there')
  .action(
    act<CoverageOptions>((output, options, name) =>
      withBackend('coverage', options, (backend) => report(backend, output, options, name)),
    ),
  );

async function report(
  { ledger, outcomes, filesOf }: BackendFor<'coverage'>,
  output: Output,
  options: CoverageOptions,
  name: string | undefined,
): Promise<number> {
  const { coverageFiles, figuresOf, reportCoverage } = await import('../../shared/export/coverage-report.ts');
  const run = await findRunOrLast(ledger, name, options.last);
  const reports = await reportCoverage(outcomes, run.id, jobOf(run), await filesOf(run));
  if (reports.length === 0) throw usageError(`${run.id} searched no areas for places`);
  const folder = options.output === undefined ? undefined : resolve(options.output);
  const written = folder === undefined ? [] : coverageFiles(reports);
  const files = written.map(({ name: file }) => join(folder ?? '', file));
  if (options.force !== true) for (const file of files) refuseExisting(file);
  for (const [index, file] of files.entries())
    await writeWhole(file, (to) => pipeline([written[index]?.text ?? ''], to));
  output.data({
    run: run.id,
    files,
    sources: reports.map(figuresOf),
  });
  for (const { source, lines } of reports) {
    output.line(`${output.paint('bold', run.id)}  ${source}`);
    for (const line of lines()) output.line(line);
  }
  for (const file of files) output.line(`  file    ${file}`);
  return exitCodes.done;
}
