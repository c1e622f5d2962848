import { findRunOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import { stackFlags } from './fleet-text.ts';
import { type MoveOptions, move } from './move-run.ts';
import { onAws } from './on-aws.ts';

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
