import { HaltError } from '../../shared/errors.ts';
import { mayTakeAws } from '../aws/aws-options.ts';
import { moveRun } from '../backend/move-run.ts';
import { type BackendOptions, withBackend } from '../backend/with-backend.ts';
import { act, makeCommand } from '../command.ts';
import { findRunOrLast } from '../find-run.ts';

type CancelOptions = BackendOptions & { last?: boolean };

export const cancelCommand = mayTakeAws(
  makeCommand({
    name: 'cancel',
    description:
      'Ends a run for good: nothing more is fetched, what is left is counted as cancelled, and the items so far stay.',
    examples: [
      ['cancel books-2026', 'cancels the run whose name begins so'],
      ['cancel books-2026 --aws', 'a run on AWS: returns at once, and its workers count what is left'],
    ],
  }),
)
  .option('--last', 'the run that started last')
  .action(
    act<CancelOptions>((output, options, name) =>
      withBackend('cancel', options, async (backend) => {
        const { ledger } = backend;
        const run = await findRunOrLast(ledger, name, options.last);
        const { open = 0 } = await ledger.readCounts(run.id);
        if (run.state === 'cancelled' && open === 0)
          throw new HaltError('RUN_ENDED', `${run.id} is cancelled`);
        await moveRun(ledger, run, ['running', 'paused', 'cancelled'], 'cancelled');
        return backend.countRest(output, run);
      }),
    ),
  );
