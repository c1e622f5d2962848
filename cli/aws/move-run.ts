import { HaltError } from '../../shared/errors.ts';
import type { Run, RunState } from '../../shared/model.ts';
import { findRun, findRunOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { exitCodes, usageError } from '../report-error.ts';
import type { AwsOptions } from './aws-options.ts';
import { stackFlags } from './fleet-text.ts';
import { type AwsProject, onAws } from './on-aws.ts';
import { describeSweep, type SweepReport, sweepOnAws } from './sweep-run.ts';

export interface MoveOptions extends AwsOptions {
  last?: boolean;
}

/** `pause --aws`: workers finish what is under way, and put the rest off. */
export async function pauseOnAws(
  output: Output,
  options: MoveOptions,
  name: string | undefined,
): Promise<number> {
  return onAws('pause', options, async ({ store: { ledger } }) => {
    const run = await findRunOrLast(ledger, name, options.last);
    await move({ store: { ledger } }, run, ['running', 'paused'], 'paused');
    output.data({ run: run.id, state: 'paused' });
    output.line(`paused ${run.id}; go on with: npx spinneret resume ${run.id} ${stackFlags(options)}`);
    return exitCodes.done;
  });
}

/**
 * `resume --aws`: batches that were put off come back by themselves; those that were lost, with their messages or the
 * queue, are sent again.
 */
export async function resumeOnAws(output: Output, options: MoveOptions, names: string[]): Promise<number> {
  return onAws('resume', options, async (aws) => {
    const { ledger } = aws.store;
    if (names.length > 1 && options.last === true) throw usageError('name runs, or say --last');
    const runs =
      names.length > 1
        ? await Promise.all([...new Set(names)].map((name) => findRun(ledger, name)))
        : [await findRunOrLast(ledger, names[0], options.last)];
    const swept = new Map<string, SweepReport>();
    for (const run of runs) {
      await move(aws, run, ['running', 'paused'], 'running');
      swept.set(run.id, await sweepOnAws(aws, run));
    }
    output.data({ type: 'resumed', runs: runs.map(({ id }) => id), swept: Object.fromEntries(swept) });
    for (const [id, report] of swept) {
      output.line(
        `going on with ${id}; what was put off comes back within as long as the pause was, 15 minutes at most`,
      );
      for (const line of describeSweep(report)) output.line(`  ${line}`);
      output.line(`next: npx spinneret status ${id} ${stackFlags(options)} --watch`);
    }
    return exitCodes.done;
  });
}

/** `cancel --aws`: the workers count what is left; what was lost is sent again, for them to count it. */
export async function cancelOnAws(
  output: Output,
  options: MoveOptions,
  name: string | undefined,
): Promise<number> {
  return onAws('cancel', options, async (aws) => {
    const { ledger } = aws.store;
    const run = await findRunOrLast(ledger, name, options.last);
    const { open = 0 } = await ledger.readCounts(run.id);
    if (run.state === 'cancelled' && open === 0) throw new HaltError('RUN_ENDED', `${run.id} is cancelled`);
    await move(aws, run, ['running', 'paused', 'cancelled'], 'cancelled');
    const swept = await sweepOnAws(aws, run);
    output.data({ run: run.id, state: 'cancelled', open, swept });
    output.line(
      `cancelled ${run.id}: nothing more is fetched; the workers count what is left as its turn comes`,
    );
    for (const line of describeSweep(swept)) output.line(`  ${line}`);
    output.line(`next: npx spinneret status ${run.id} ${stackFlags(options)} --watch`);
    return exitCodes.done;
  });
}

async function move(
  { store }: { store: Pick<AwsProject['store'], 'ledger'> },
  { id }: Run,
  from: RunState[],
  to: RunState,
): Promise<void> {
  if (await store.ledger.moveRun(id, from, to)) return;
  const now = await store.ledger.readRun(id);
  throw new HaltError('RUN_ENDED', `${id} is ${now?.state ?? 'gone'}`);
}
