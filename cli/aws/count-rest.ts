import type { Run } from '../../shared/model.ts';
import type { Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import type { AwsProject } from './on-aws.ts';
import { describeSweep, sweepOnAws } from './sweep-run.ts';

/** Workers count the remaining batches of a cancelled run; lost ones are sent again, so that they are counted too. */
export async function countRest(output: Output, aws: AwsProject, run: Run): Promise<number> {
  const { open = 0 } = await aws.store.ledger.readCounts(run.id);
  const swept = await sweepOnAws(aws, run);
  output.data({ run: run.id, state: 'cancelled', open, swept });
  output.line(
    `cancelled ${run.id}: nothing more is fetched; the workers count what is left as its turn comes`,
  );
  for (const line of describeSweep(swept)) output.line(`  ${line}`);
  output.line(`next: npx spinneret status ${run.id} ${aws.flags} --watch`);
  return exitCodes.done;
}
