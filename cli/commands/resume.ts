import { HaltError } from '../../shared/errors.ts';
import type { RunView } from '../../shared/observe/run-view.ts';
import { mayTakeAws } from '../aws/aws-options.ts';
import { moveRun } from '../backend/move-run.ts';
import { type BackendFor, type BackendOptions, withBackend } from '../backend/with-backend.ts';
import { act, makeCommand, processCount } from '../command.ts';
import { findRunsOrLast } from '../find-run.ts';

type ResumeOptions = BackendOptions & { last?: boolean };

export const resumeCommand = mayTakeAws(
  makeCommand({
    name: 'resume',
    description:
      'Goes on with runs that were stopped, paused or killed, with the job as it was when they started. The items are the same as if nothing had happened.',
    examples: [
      ['resume --last', 'goes on with the run that started last'],
      ['resume books-2026', 'the beginning of a name is enough, if only one run begins so'],
      ['resume books-2026 --aws', 'a run on AWS that was paused, by a person or by a fault'],
    ],
  }),
)
  .option('--last', 'the run that started last')
  .option('--processes <n|auto>', 'worker processes; auto: one per core', processCount)
  .action(
    act<ResumeOptions>((output, options, ...names) =>
      withBackend('resume', options, async (backend) => {
        const found = await findRunsOrLast(backend.ledger, names, options.last);
        const views = await backend.readViews(found);
        for (const view of views) await refuseEnded(backend, view);
        const runs = views.map(({ run }) => run);
        for (const run of runs.filter((one) => !isEnded(one))) {
          await moveRun(backend.ledger, run, ['running', 'paused'], 'running');
        }
        return backend.goOn(output, runs);
      }),
    ),
  );

/** A run that is over may still lack its files, if its process died before the export. */
async function refuseEnded(backend: BackendFor<'resume'>, view: RunView): Promise<void> {
  const { run } = view;
  if (!isEnded(run)) return;
  const files = await backend.readFilesLeft(view);
  if (files === 'missing') return;
  const there = files === 'written' ? ', and its files are there' : '';
  throw new HaltError('RUN_ENDED', `${run.id} is ${run.state}${there}`);
}

function isEnded({ state }: RunView['run']): boolean {
  return state === 'finished' || state === 'cancelled';
}
