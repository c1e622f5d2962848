import type { Run } from '../../shared/model.ts';
import type { Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import type { AwsProject } from './on-aws.ts';
import { describeSweep, type SweepReport, sweepOnAws } from './sweep-run.ts';

/** Deferred batches come back by themselves; batches whose messages were lost are sent again. */
export async function goOn(output: Output, aws: AwsProject, runs: Run[]): Promise<number> {
  const resumed: { run: Run; swept: SweepReport }[] = [];
  for (const run of runs) resumed.push({ run, swept: await sweepOnAws(aws, run) });
  const swept = Object.fromEntries(resumed.map((entry) => [entry.run.id, entry.swept]));
  output.data({ type: 'resumed', runs: runs.map(({ id }) => id), swept });
  for (const entry of resumed) {
    output.line(resumedText(entry.run, entry.swept));
    for (const line of describeSweep(entry.swept)) output.line(`  ${line}`);
    output.line(`next: npx spinneret status ${entry.run.id} ${aws.flags} --watch`);
  }
  return exitCodes.done;
}

/** The answer by the state that the run was in before. */
function resumedText({ id, state }: Run, swept: SweepReport): string {
  switch (state) {
    case 'paused':
      return `going on with ${id}; what was put off comes back within as long as the pause was, 15 minutes at most`;
    case 'running':
      return swept.state === 'over' ? `${id} was not paused` : `${id} was not paused: it goes on`;
    case 'finished':
    case 'cancelled':
      return `${id} is ${state}, and has no manifest`;
    default:
      return state satisfies never;
  }
}
