import { HaltError } from '../../shared/errors.ts';
import { summarise } from '../../shared/observe/summary.ts';
import { formatNoun, formatTime } from '../../shared/text/format.ts';
import { type AwsSwitch, isOnAws, mayTakeAws } from '../aws/aws-options.ts';
import { act, makeCommand } from '../command.ts';
import { findRunOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { openProjectWithRuns } from '../project.ts';
import { exitCodes } from '../report-error.ts';
import { type RunProgress, readProgress } from '../run/run-local.ts';
import { workOnRuns } from '../run/work-on-runs.ts';

interface CancelOptions extends AwsSwitch {
  last?: boolean;
}

export const cancelCommand = mayTakeAws(
  makeCommand({
    usage: 'cancel [run]',
    group: 'Runs:',
    summary: 'end a run for good',
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
    act<CancelOptions>(async (output, options, name) => {
      if (isOnAws(options)) return (await import('../aws/cancel.ts')).cancelOnAws(output, options, name);
      await using project = await openProjectWithRuns(options, { processes: 1 });
      const { ledger } = project.store;
      const { id, state } = await findRunOrLast(ledger, name, options.last);
      const isCancelled = await ledger.moveRun(id, ['running', 'paused', 'cancelled'], 'cancelled');
      const [view] = await readProgress(project.store, [id]);
      const isOver = view?.isOver === true;
      if (!isCancelled || (state === 'cancelled' && isOver))
        throw new HaltError('RUN_ENDED', `${id} is ${state}`);
      // What is under way elsewhere moves its due time with each heartbeat; what lies further ahead waits.
      const farMs = project.settings.leaseMs + 3_000;
      const { views, isInterrupted } = await workOnRuns(project, output, [id], (now) =>
        now.every(({ isOver, nextDueAt = 0 }) => isOver || nextDueAt > Date.now() + farMs),
      );
      for (const entry of views) report(output, entry);
      return isInterrupted ? exitCodes.interrupted : exitCodes.done;
    }),
  );

function report(output: Output, { run, counts, nextDueAt, isOver }: RunProgress): void {
  const { open = 0, items = 0, cancelled = 0 } = counts;
  output.data({ ...summarise(run, counts, Date.now()), open });
  output.line(
    `cancelled ${run.id}: ${formatNoun(cancelled, 'page')} not fetched, ${formatNoun(items, 'item')} kept`,
  );
  if (!isOver) {
    const due = nextDueAt === undefined ? '' : ` until ${formatTime(nextDueAt)}`;
    output.line(
      `${formatNoun(open, 'batch waits', 'batches wait')} for a host${due}; nothing more will be fetched.`,
    );
    output.line(`To count what is left then: npx spinneret cancel ${run.id}`);
  }
  if (items > 0) output.line(`next: npx spinneret export ${run.id} --output items.jsonl`);
}
