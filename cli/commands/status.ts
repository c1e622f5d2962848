import { mayTakeAws } from '../aws/aws-options.ts';
import { noRuns, showList, showRun } from '../backend/show-status.ts';
import { type BackendOptions, withBackend } from '../backend/with-backend.ts';
import { act, makeCommand } from '../command.ts';
import { findRunOrLast } from '../find-run.ts';
import { exitCodes } from '../report-error.ts';

type StatusOptions = BackendOptions & { last?: boolean; watch?: boolean };

export const statusCommand = mayTakeAws(
  makeCommand({
    name: 'status',
    description: 'Lists the runs of this project, newest first, or shows one in full.',
    examples: [
      ['status', 'a table of all runs'],
      ['status books-2026 --watch', 'one run, redrawn each second until it is over'],
      ['status books-2026 --aws --watch', 'a run on AWS, with workers, queue and cost'],
    ],
  }),
)
  .option('--last', 'the run that started last')
  .option('--watch', 'show it again each second, until nothing runs any more')
  .action(
    act<StatusOptions>((output, options, name) => {
      const isOne = name !== undefined || options.last === true;
      const showNone = () => {
        showList(output, noRuns);
        return exitCodes.done;
      };
      return withBackend(
        'status',
        options,
        async (backend) => {
          const run = isOne ? await findRunOrLast(backend.ledger, name, options.last) : undefined;
          if (options.watch === true) return backend.watch(output, run);
          if (run === undefined) showList(output, await backend.listRuns(output));
          else showRun(output, await backend.describeRun(output, run));
          return exitCodes.done;
        },
        isOne ? undefined : showNone,
      );
    }),
  );
