import { mayTakeAws } from '../aws/aws-options.ts';
import { moveRun } from '../backend/move-run.ts';
import { type BackendOptions, withBackend } from '../backend/with-backend.ts';
import { act, makeCommand } from '../command.ts';
import { findRunOrLast } from '../find-run.ts';
import { exitCodes } from '../report-error.ts';

type PauseOptions = BackendOptions & { last?: boolean };

export const pauseCommand = mayTakeAws(
  makeCommand({
    name: 'pause',
    description:
      'Lets a run rest until it is resumed. What is under way is finished; then the commands that work on it end.',
    examples: [
      ['pause books-2026', 'pauses the run whose name begins so'],
      ['pause books-2026 --aws', 'the same for a run on AWS'],
    ],
  }),
)
  .option('--last', 'the run that started last')
  .action(
    act<PauseOptions>((output, options, name) =>
      withBackend('pause', options, async ({ ledger, commandLine }) => {
        const run = await findRunOrLast(ledger, name, options.last);
        await moveRun(ledger, run, ['running', 'paused'], 'paused');
        output.data({ run: run.id, state: 'paused' });
        output.line(`paused ${run.id}; go on with: ${commandLine('resume', run.id)}`);
        return exitCodes.done;
      }),
    ),
  );
