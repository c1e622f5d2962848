import { HaltError } from '../../shared/errors.ts';
import { findRunOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import { stackFlags } from './fleet-text.ts';
import { type MoveOptions, move } from './move-run.ts';
import { onAws } from './on-aws.ts';
import { describeSweep, sweepOnAws } from './sweep-run.ts';

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
