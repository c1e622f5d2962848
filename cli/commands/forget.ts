import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { openDatabase } from '../../shared/stores/local/database.ts';
import { forgetRuns, shrinkStore } from '../../shared/stores/local/forget-runs.ts';
import { formatBytes, formatNoun } from '../../shared/text/format.ts';
import { type AwsSwitch, isOnAws, mayTakeAws } from '../aws/aws-options.ts';
import { act, makeCommand, wholeNumber } from '../command.ts';
import { findRunsOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { openProjectWithRuns, type Project } from '../project.ts';
import { exitCodes, usageError } from '../report-error.ts';
import { type RunProgress, readProgress } from '../run/run-local.ts';

interface ForgetOptions extends AwsSwitch {
  last?: boolean;
  olderThan?: number;
  vacuum?: boolean;
  claims?: boolean;
  yes?: boolean;
}

const dayMs = 86_400_000;

export const forgetCommand = mayTakeAws(
  makeCommand({
    usage: 'forget [run...]',
    group: 'Runs:',
    summary: 'delete runs from the store',
    description:
      'Deletes runs that are over from the store, with their items. Files that were exported stay where they are. On AWS everything of a run goes: records, objects, every version of them, exports too; a receipt says what went.',
    examples: [
      ['forget books-2026', 'forgets the run whose name begins so'],
      ['forget --older-than 30', 'all runs that were over 30 days ago'],
      ['forget --older-than 30 --vacuum', 'and makes the store’s file smaller'],
      ['forget books-2026 --aws', 'really forgets the run on AWS; called again, it goes on'],
    ],
  }),
)
  .option('--last', 'the run that started last')
  .option('--older-than <days>', 'all runs that have been over for so many days', wholeNumber(0))
  .option('--yes', 'without a question: what --older-than 0 needs, which forgets every run that is over')
  .option('--claims', 'with --aws: what onlyNew knows by them too; later runs give those places again')
  .option('--vacuum', 'make the store’s file smaller; runs that go on wait meanwhile')
  .action(
    act<ForgetOptions>(async (output, options, ...names) => {
      const ways = [names.length > 0, options.last === true, options.olderThan !== undefined];
      if (ways.filter(Boolean).length !== 1) throw usageError('name runs, or say --older-than or --last');
      if (options.olderThan === 0 && options.yes !== true) await confirmAll(output);
      if (isOnAws(options)) {
        if (options.vacuum === true) throw usageError('--vacuum is about the store on this machine');
        const { forgetOnAws } = await import('../aws/forget.ts');
        return forgetOnAws(output, options, names);
      }
      if (options.claims === true) throw usageError('--claims is about runs on AWS: say --aws too');
      await using project = await openProjectWithRuns(options);
      const runs =
        options.olderThan === undefined
          ? await chosen(project, names, options.last)
          : await old(project, options.olderThan);
      const freedBytes = await forget(project, runs, options.vacuum === true);
      report(output, project, runs, { freedBytes, isSmaller: options.vacuum === true });
      return exitCodes.done;
    }),
  );

/** Asks on a terminal. Throws USAGE when the answer is not yes, and where there is nobody to ask. */
async function confirmAll({ isJson }: Output): Promise<void> {
  if (isJson || !process.stdin.isTTY || !process.stderr.isTTY)
    throw usageError('--older-than 0 forgets every run that is over: say --yes too');
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question('Forget every run that is over, with all of its items? [y/N] ');
    if (!/^y(es)?$/i.test(answer.trim())) throw usageError('nothing was forgotten');
  } finally {
    terminal.close();
  }
}

/** Throws USAGE when one of them is not over. */
async function chosen({ store }: Project, names: string[], last: boolean | undefined): Promise<string[]> {
  const ids = (await findRunsOrLast(store.ledger, names, last)).map(({ id }) => id);
  for (const { run, isOver } of await readProgress(store, ids)) {
    if (isOver) continue;
    throw usageError(`${run.id} is ${run.state} and not over: let it end, or npx spinneret cancel ${run.id}`);
  }
  return ids;
}

async function old({ store }: Project, days: number): Promise<string[]> {
  const runs = await store.ledger.listRuns();
  const views = await readProgress(
    store,
    runs.map(({ id }) => id),
  );
  const isOld = ({ run, isOver }: RunProgress) =>
    isOver && run.finishedAt !== undefined && run.finishedAt <= Date.now() - days * dayMs;
  return views.filter(isOld).map(({ run }) => run.id);
}

/** On a connection of its own: no port of the store deletes. */
async function forget({ store }: Project, runs: string[], isToShrink: boolean): Promise<number> {
  const database = openDatabase(store.file);
  try {
    const freedBytes = await forgetRuns(database, runs);
    if (isToShrink) shrinkStore(database);
    return freedBytes;
  } finally {
    database.close();
  }
}

function report(
  output: Output,
  project: Project,
  runs: string[],
  { freedBytes, isSmaller }: { freedBytes: number; isSmaller: boolean },
): void {
  const store = relative(project.projectDir, project.store.file);
  const fileBytes = statSync(project.store.file).size;
  const forgotten = runs.map((run) => ({ run, files: exportedFiles(project, run) }));
  output.data({ forgotten, freedBytes, store, fileBytes });
  for (const { run, files } of forgotten) {
    output.line(`forgot ${run}${files.length === 0 ? '' : `; its files stay: ${files.join(', ')}`}`);
  }
  if (runs.length === 0) output.line('no run is that old and over: nothing was forgotten');
  const room = isSmaller
    ? `${store} was made smaller: ${formatBytes(fileBytes)}`
    : `${formatBytes(freedBytes)} of ${store} are free for later runs; the file stays at ${formatBytes(fileBytes)} (--vacuum makes it smaller)`;
  output.line(`${formatNoun(runs.length, 'run')} forgotten; ${room}`);
}

/** What `run` and `resume` have written of it. */
function exportedFiles({ projectDir, settings }: Project, run: string): string[] {
  const folder = resolve(projectDir, settings.outputDir, run);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => relative(projectDir, join(folder, name)));
}
