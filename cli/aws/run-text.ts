import type { HostWait } from '../../shared/coordination/host-wait.ts';
import { explainCode } from '../../shared/errors.ts';
import type { Counts, Run } from '../../shared/model.ts';
import { hostWaitLines } from '../../shared/observe/host-wait-text.ts';
import { finishedPages, isGivenUp, type RunView } from '../../shared/observe/run-view.ts';
import { summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { formatDateTime, formatNoun } from '../../shared/text/format.ts';
import type { Paint } from '../../shared/text/paint.ts';
import type { RunText } from '../backend/show-status.ts';
import type { Output } from '../output.ts';
import { costLines, costOfRun } from './cost-text.ts';
import { describeFleet, givenUpText, pauseText } from './fleet-text.ts';
import { type MissingMessages, missingLine } from './missing-text.ts';
import type { AwsProject } from './on-aws.ts';
import type { Fleet } from './read-fleet.ts';

/** What is known of a run beside its record and counts. */
interface AroundRun {
  fleet?: Fleet;
  missing?: MissingMessages | undefined;
  waits?: HostWait[];
}

/** The state of one run, in the format in which `run` ends, with its cost. */
export function runText(
  { paint }: Output,
  { stack: { dashboard }, flags }: AwsProject,
  { run, counts, isOver }: RunView,
  { fleet, missing, waits }: AroundRun = {},
): RunText {
  const summary = summarise(run, counts, Date.now());
  const cost = costOfRun(counts);
  const { open = 0 } = counts;
  const around = { ...(fleet === undefined ? {} : { fleet }), dashboard };
  const entry = {
    ...{ summary, open, cost },
    ...(waits === undefined ? {} : { waits }),
    ...(missing === undefined ? {} : { missingMessages: missing }),
  };
  const lines = [
    ...summaryLines(summary, paint),
    ...costLines(cost, isOver),
    `  started ${formatDateTime(run.startedAt)}`,
    ...(open > 0 ? [`  open    ${formatNoun(open, 'batch', 'batches')}`] : []),
    ...queuedLines(counts, isOver),
    ...hostWaitLines(waits ?? [], paint),
    ...(fleet === undefined ? [] : [`  fleet   ${describeFleet(fleet)} (for all runs)`]),
    `  more    ${dashboard}`,
    ...(missing === undefined ? [] : [`  ${paint('yellow', missingLine(run, missing, flags))}`]),
    ...(isGivenUp(run) ? [`  ${paint('red', givenUpText(run))}`] : []),
    ...(run.state === 'paused' && !isOver ? pauseLines(run, flags, paint) : []),
    ...(isOver && summary.items > 0
      ? [`next: npx spinneret export ${run.id} ${flags} --output items.jsonl`]
      : []),
  ];
  return { entry, around, lines };
}

/**
 * Pages that were found and have not ended, also those that wait in the frontiers of their hosts: how many of each priority would take a look
 * at each host.
 */
function queuedLines(counts: Counts, isOver: boolean): string[] {
  const queued = (counts['admitted'] ?? 0) - finishedPages(counts);
  return isOver || queued <= 0 ? [] : [`  queued  ${formatNoun(queued, 'page')} found and not done`];
}

/** What to do about a pause that nobody asked for, as on this machine. */
function pauseLines(run: Run, flags: string, paint: Paint): string[] {
  const paused = `  ${paint('yellow', pauseText(run, flags))}`;
  return run.reason === undefined ? [paused] : [paused, `  do      ${explainCode(run.reason.code).remedy}`];
}
