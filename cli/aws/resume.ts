import type { Run } from '../../shared/model.ts';
import { findRunsOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import { stackFlags } from './fleet-text.ts';
import { hasManifest } from './manifest.ts';
import { type MoveOptions, move } from './move-run.ts';
import { type AwsProject, onAws } from './on-aws.ts';
import { describeSweep, type SweepReport, sweepOnAws } from './sweep-run.ts';

const dayMs = 86_400_000;

/**
 * `resume --aws`: batches that were put off come back by themselves; those that were lost, with their messages or the
 * queue, are sent again.
 */
export async function resumeOnAws(output: Output, options: MoveOptions, names: string[]): Promise<number> {
  return onAws('resume', options, async (aws) => {
    const { ledger } = aws.store;
    const runs = await findRunsOrLast(ledger, names, options.last);
    const swept = new Map<string, SweepReport>();
    for (const run of runs) {
      if (!(await lacksManifest(aws, run))) await move(aws, run, ['running', 'paused'], 'running');
      swept.set(run.id, await sweepOnAws(aws, run));
    }
    output.data({ type: 'resumed', runs: runs.map(({ id }) => id), swept: Object.fromEntries(swept) });
    for (const run of runs) {
      const report = swept.get(run.id);
      output.line(resumedText(run, report));
      for (const line of report === undefined ? [] : describeSweep(report)) output.line(`  ${line}`);
      output.line(`next: npx spinneret status ${run.id} ${stackFlags(options)} --watch`);
    }
    return exitCodes.done;
  });
}

/** All its batches are done, but its export is not: whoever was to finish it has failed, or its task was lost. */
async function lacksManifest(aws: AwsProject, run: Run): Promise<boolean> {
  if (run.state !== 'finished' && run.state !== 'cancelled') return false;
  // So old a run's manifest is deleted, and so is what another one would be made of.
  if (Date.now() >= run.startedAt + aws.settings.aws.keepDays * dayMs) return false;
  const { open } = await aws.store.ledger.readCounts(run.id);
  return open === 0 && !(await hasManifest(aws, run.id));
}

function resumedText({ id, state }: Run, report: SweepReport | undefined): string {
  switch (state) {
    case 'paused':
      return `going on with ${id}; what was put off comes back within as long as the pause was, 15 minutes at most`;
    case 'running':
      return report?.state === 'over' ? `${id} was not paused` : `${id} was not paused: it goes on`;
    case 'finished':
    case 'cancelled':
      return `${id} is ${state}, and has no manifest`;
    default:
      return state satisfies never;
  }
}
