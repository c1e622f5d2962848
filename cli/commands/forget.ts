import { resolve } from 'node:path';
import type { Run } from '../../shared/model.ts';
import type { RunView } from '../../shared/observe/run-view.ts';
import { formatBytes, formatDateTime } from '../../shared/text/format.ts';
import { mayTakeAws } from '../aws/aws-options.ts';
import { type BackendFor, type BackendOptions, withBackend } from '../backend/with-backend.ts';
import { act, makeCommand, wholeNumber } from '../command.ts';
import { findRunsOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import { usageError } from '../usage-error.ts';

interface Choice {
  last?: boolean;
  olderThan?: number;
}

type ForgetOptions = BackendOptions & Choice & { yes?: boolean; cached?: boolean };

const dayMs = 86_400_000;

export const forgetCommand = mayTakeAws(
  makeCommand({
    name: 'forget',
    description:
      'Deletes runs that are over from the store, with their items, the pages that they kept (keep), and downloads that no other run of their job names. What was exported stays where it is. On AWS everything of a run goes: records, objects, every version of them, exports too; a receipt says what went.',
    examples: [
      ['forget books-2026', 'forgets the run whose name begins so'],
      ['forget --older-than 30', 'all runs that were over 30 days ago'],
      ['forget --older-than 30 --vacuum', 'and makes the store’s file smaller'],
      ['forget --cached', 'the pages that run --cached and try --cached have kept'],
      ['forget books-2026 --aws', 'really forgets the run on AWS; called again, it goes on'],
    ],
  }),
)
  .option('--last', 'the run that started last')
  .option('--older-than <days>', 'all runs that have been over for so many days', wholeNumber(0))
  .option('--yes', 'without a question: what --older-than 0 needs, which forgets every run that is over')
  .option('--claims', 'with --aws: what onlyNew knows by them too; later runs give those places again')
  .option('--cached', 'the pages that run and try have kept with --cached, and no run')
  .option('--vacuum', 'make the store’s file smaller; runs that go on wait meanwhile')
  .action(
    act<ForgetOptions>(async (output, options, ...names) => {
      const { last, olderThan, cached } = options;
      const ways = [names.length > 0, last === true, olderThan !== undefined, cached === true];
      if (ways.filter(Boolean).length !== 1)
        throw usageError('name runs, or say --older-than or --last; or --cached');
      if (cached) return forgetCached(output, options);
      if (olderThan === 0 && options.yes !== true) await confirmAll(output);
      return withBackend('forget', options, async (backend) => {
        const begun = await backend.listHalfForgotten();
        const left = names.filter((name) => !begun.includes(name));
        const gone = await goneRuns(backend, left);
        for (const [run, at] of gone)
          output.note(`${run} is gone already: it was forgotten on ${formatDateTime(at)}`);
        const named = left.filter((name) => !gone.has(name));
        const runs =
          olderThan === undefined
            ? await chosenRuns(backend, begun, named, last)
            : await oldRuns(backend, olderThan);
        // Without names, deletions of other runs that were begun are completed too.
        const halfForgotten = names.length === 0 ? begun : begun.filter((run) => names.includes(run));
        if (olderThan !== undefined && runs.length + halfForgotten.length === 0)
          output.line('no run is that old and over: nothing was forgotten');
        await backend.forget(output, runs, halfForgotten);
        return exitCodes.done;
      });
    }),
  );

/** Deletes the cache of this machine, which no run needs. */
async function forgetCached(output: Output, options: ForgetOptions): Promise<number> {
  const { readSettings } = await import('../read-settings.ts');
  const { cacheFileOf, deletePageCache } = await import('../../shared/stores/local/page-cache.ts');
  const freedBytes = deletePageCache(cacheFileOf(resolve(readSettings(options).store))) ?? 0;
  output.data({ freedBytes });
  output.line(`the cache of pages was deleted: ${formatBytes(freedBytes)} freed`);
  return exitCodes.done;
}

/** Asks on a terminal. Throws USAGE when the answer is not yes, or there is no terminal. */
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

/** Names of runs that were forgotten before, and when. Else such a name could be taken for the beginning of another's. */
async function goneRuns(backend: BackendFor<'forget'>, names: string[]): Promise<Map<string, number>> {
  const gone = new Map<string, number>();
  for (const name of names) {
    if ((await backend.ledger.readRun(name)) !== undefined) continue;
    const at = await backend.forgottenAt(name);
    if (at !== undefined) gone.set(name, at);
  }
  return gone;
}

/** Throws USAGE when one of them is not over. */
async function chosenRuns(
  backend: BackendFor<'forget'>,
  begun: string[],
  names: string[],
  last: boolean | undefined,
): Promise<Run[]> {
  const [first] = begun;
  // After an interrupted deletion the record may be gone, and `--last` would mean another run.
  if (last === true && first !== undefined) {
    const command = backend.commandLine('forget', first);
    throw usageError(
      `${first} was begun to be forgotten, so that --last may be another run: first ${command}`,
    );
  }
  if (names.length === 0 && last !== true) return [];
  const runs = await findRunsOrLast(backend.ledger, names, last);
  for (const view of await backend.readViews(runs)) await refuseUnfinished(backend, view);
  return runs;
}

async function refuseUnfinished(backend: BackendFor<'forget'>, { run, isOver }: RunView): Promise<void> {
  if (!isOver) {
    const cancel = backend.commandLine('cancel', run.id);
    throw usageError(`${run.id} is ${run.state} and not over: let it end, or ${cancel}`);
  }
  if (await backend.isExported(run)) return;
  throw usageError(
    `${run.id} is over, but its export is not: wait for its manifest; a day after its end, that is no matter`,
  );
}

async function oldRuns(backend: BackendFor<'forget'>, days: number): Promise<Run[]> {
  const isYoung = ({ finishedAt = 0 }: Run) => finishedAt > Date.now() - days * dayMs;
  const views = await backend.readViews((await backend.ledger.listRuns()).filter((run) => !isYoung(run)));
  const old = await Promise.all(
    views.map(async ({ run, isOver }) => {
      const isOld = isOver && run.finishedAt !== undefined && !isYoung(run);
      return isOld && (await backend.isExported(run)) ? [run] : [];
    }),
  );
  return old.flat();
}
