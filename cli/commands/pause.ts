import { HaltError } from '../../shared/errors.ts';
import { type AwsSwitch, isOnAws, mayTakeAws } from '../aws/aws-options.ts';
import { act, makeCommand } from '../command.ts';
import { findRunOrLast } from '../find-run.ts';
import { openProjectWithRuns } from '../project.ts';
import { exitCodes } from '../report-error.ts';

interface PauseOptions extends AwsSwitch {
  last?: boolean;
}

export const pauseCommand = mayTakeAws(
  makeCommand({
    usage: 'pause [run]',
    group: 'Runs:',
    summary: 'let a run rest until it is resumed',
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
    act<PauseOptions>(async (output, options, name) => {
      if (isOnAws(options)) return (await import('../aws/pause.ts')).pauseOnAws(output, options, name);
      await using project = await openProjectWithRuns(options);
      const { ledger } = project.store;
      const { id, state } = await findRunOrLast(ledger, name, options.last);
      const isPaused = await ledger.moveRun(id, ['running', 'paused'], 'paused');
      if (!isPaused) throw new HaltError('RUN_ENDED', `${id} is ${state}`);
      output.data({ run: id, state: 'paused' });
      output.line(`paused ${id}; go on with: npx spinneret resume ${id}`);
      return exitCodes.done;
    }),
  );
