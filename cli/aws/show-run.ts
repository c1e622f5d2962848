import { isGivenUp, type RunView } from '../../shared/observe/run-view.ts';
import { summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { formatDateTime, formatNoun } from '../../shared/text/format.ts';
import type { Output } from '../output.ts';
import type { AwsOptions } from './aws-options.ts';
import { costLines, costOfRun } from './cost-text.ts';
import type { Stack } from './find-stack.ts';
import { describeFleet, givenUpText, pauseText, stackFlags } from './fleet-text.ts';
import { type MissingMessages, missingLine } from './missing-text.ts';
import type { Fleet } from './read-fleet.ts';

/** What is known of one run, as `run` says it at its end, with what it cost. */
export function showRun(
  output: Output,
  options: AwsOptions,
  { dashboard }: Stack,
  view: RunView,
  { fleet, missing }: { fleet?: Fleet; missing?: MissingMessages | undefined } = {},
): void {
  const { run, counts, isOver } = view;
  const summary = summarise(run, counts, Date.now());
  const cost = costOfRun(counts);
  const { open = 0 } = counts;
  const found = {
    ...(fleet === undefined ? {} : { fleet }),
    ...(missing === undefined ? {} : { missingMessages: missing }),
  };
  output.data({ ...summary, open, cost, ...found, dashboard });
  for (const line of summaryLines(summary, output.paint)) output.line(line);
  for (const line of costLines(cost, isOver)) output.line(line);
  output.line(`  started ${formatDateTime(run.startedAt)}`);
  if (open > 0) output.line(`  open    ${formatNoun(open, 'batch', 'batches')}`);
  if (fleet !== undefined) output.line(`  fleet   ${describeFleet(fleet)} (for all runs)`);
  output.line(`  more    ${dashboard}`);
  const flags = stackFlags(options);
  if (missing !== undefined) output.line(`  ${output.paint('yellow', missingLine(run, missing, flags))}`);
  if (isGivenUp(run)) output.line(`  ${output.paint('red', givenUpText(run))}`);
  if (run.state === 'paused' && !isOver) output.line(`  ${output.paint('yellow', pauseText(run, flags))}`);
  if (isOver && summary.items > 0)
    output.line(`next: npx spinneret export ${run.id} ${flags} --output items.jsonl`);
}
