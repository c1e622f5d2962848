import { once } from 'node:events';
import { doubtOf } from '../../shared/changes/doubt.ts';
import type { Ledger } from '../../shared/coordination/ports.ts';
import { headerLine, recordLine } from '../../shared/export/csv.ts';
import { diffRuns, type RunDifference } from '../../shared/export/diff-runs.ts';
import { makeNormalise } from '../../shared/fetch/url.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
import type { Counts, Json, Run } from '../../shared/model.ts';
import { isRunOver, jobNameOf } from '../../shared/observe/run-view.ts';
import { formatCount } from '../../shared/text/format.ts';
import type { Paint } from '../../shared/text/paint.ts';
import { type AwsSwitch, mayTakeAws } from '../aws/aws-options.ts';
import { type BackendFor, withBackend } from '../backend/with-backend.ts';
import { act, makeCommand } from '../command.ts';
import { findRun, findRunOrLast } from '../find-run.ts';
import { compact, type Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import { usageError } from '../usage-error.ts';

interface DiffOptions extends AwsSwitch {
  last?: boolean;
  csv?: boolean;
}

export const diffCommand = mayTakeAws(
  makeCommand({
    name: 'diff',
    description:
      'Shows what differs between the items of two runs: new, changed (which fields, from what to what), gone, and not seen where the later run cannot tell. Of one run, what differs from the run of its job before it.',
    examples: [
      ['diff --last', 'what the last run found that the one of its job before it had not'],
      ['diff shop-2026-01-30 shop-2026-01-31', 'the earlier run first'],
      [
        'diff shop-2026-01-30 shop-2026-01-31 --csv > changes.csv',
        'a row for each field that changed, and for each other item',
      ],
    ],
  }),
)
  .option('--last', 'the run that started last, and the one of its job before it')
  .option('--csv', 'as a table')
  .action(
    act<DiffOptions>((output, options, ...names) => {
      if (options.csv === true && output.isJson) throw usageError('--csv or --json, not both');
      return withBackend('diff', options, (backend) => show(backend, output, options, names));
    }),
  );

type DiffCounts = Record<RunDifference['is'] | 'unchanged', number>;

async function show(
  { ledger, outcomes }: BackendFor<'diff'>,
  output: Output,
  { csv = false, last }: DiffOptions,
  names: string[],
): Promise<number> {
  const { before, after } = await findBoth(ledger, names, last);
  const counts: DiffCounts = { new: 0, changed: 0, unchanged: 0, gone: 0, notSeen: 0 };
  const differences = diffRuns({
    ...{ outcomes, before: before.id, after: after.id },
    normalise: makeNormalise(jobOf(after).urls),
    doubt: doubtOfRun(after, await ledger.readCounts(after.id)),
    onUnchanged: (count) => {
      counts.unchanged += count;
    },
  });
  if (csv) await write(headerLine(columns));
  for await (const difference of differences) {
    counts[difference.is] += 1;
    if (csv) for (const row of rowsOf(difference)) await write(recordLine(columns, row));
    else {
      output.data({ type: 'difference', ...difference });
      for (const line of linesOf(difference, output.paint)) output.line(line);
    }
  }
  if (csv) return exitCodes.done;
  output.data({ before: before.id, after: after.id, ...counts });
  output.line(describe(counts));
  return exitCodes.done;
}

/** So many of the newest runs are looked at for the one before. */
const maxSearched = 500;

/** Without a second name the first, or `last`, is the later run. */
async function findBoth(
  ledger: Pick<Ledger, 'listRuns' | 'readRun'>,
  [first, second]: string[],
  last: boolean | undefined,
): Promise<{ before: Run; after: Run }> {
  const run = await findRunOrLast(ledger, first, last);
  if (second !== undefined) return { before: run, after: await findRun(ledger, second) };
  const earlier = (await ledger.listRuns(maxSearched)).filter(({ startedAt }) => startedAt < run.startedAt);
  const isOfJob = (other: Run) => jobNameOf(other) === jobNameOf(run);
  // What was taken again from kept pages may be a part of them, and is older than the runs before it.
  const before = earlier.find((one) => isOfJob(one) && (isExtraction(run) || !isExtraction(one)));
  if (before === undefined)
    throw usageError(
      `${run.id} is the first run of ${jobNameOf(run)} that is there: name the run to compare it with`,
    );
  return { before, after: run };
}

function isExtraction(run: Run): boolean {
  return jobOf(run).extracts !== undefined;
}

/** A run that goes on may still come to what it has not met. */
function doubtOfRun(run: Run, counts: Counts): string {
  return isRunOver(run, counts) ? doubtOf(counts) : 'RUNNING';
}

const columns = ['_change', '_item', '_url', '_reason', 'field', 'from', 'to'];

function rowsOf({ is, item, url, why, changes = {} }: RunDifference): Record<string, Json>[] {
  const row = { _change: is, _item: item, _url: url, _reason: why ?? null };
  const fields = Object.entries(changes);
  if (fields.length === 0) return [{ ...row, field: null, from: null, to: null }];
  return fields.map(([field, { from, to }]) => ({ ...row, field, from: asCell(from), to: asCell(to) }));
}

function asCell(value: Json): Json {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** The reader of a pipe may be slower than the runs are read. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

const signs = { new: '+', changed: '~', gone: '-', notSeen: '?' } as const;
const colours = { new: 'green', changed: 'yellow', gone: 'red', notSeen: 'dim' } as const;
const shownChars = 160;

function linesOf({ is, item, url, why, fields, changes = {} }: RunDifference, paint: Paint): string[] {
  const reason = why === undefined ? '' : ` (${why})`;
  const head = `${paint(colours[is], signs[is])} ${item}  ${url}${reason}`;
  if (is !== 'changed') return [head, `    ${compact(fields, shownChars)}`];
  return [
    head,
    ...Object.entries(changes).map(
      ([field, { from, to }]) => `    ${field}: ${compact(from, shownChars)} → ${compact(to, shownChars)}`,
    ),
  ];
}

function describe(counts: DiffCounts): string {
  const parts = [
    `${formatCount(counts.new)} new`,
    `${formatCount(counts.changed)} changed`,
    `${formatCount(counts.unchanged)} unchanged`,
    `${formatCount(counts.gone)} gone`,
  ];
  if (counts.notSeen > 0) parts.push(`${formatCount(counts.notSeen)} not seen`);
  return `items: ${parts.join(', ')}`;
}
