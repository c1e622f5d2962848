import { writeReason } from '../../shared/errors.ts';
import type { Run } from '../../shared/model.ts';
import {
  describeDone,
  type ProgressSample,
  pagesPerSecond,
  type RunProgressText,
  remainingMs,
} from '../../shared/observe/progress.ts';
import type { RunView } from '../../shared/observe/run-view.ts';
import { byCount } from '../../shared/text/code-counts.ts';
import { formatCount, formatDuration, formatNoun, formatRate, formatUsd } from '../../shared/text/format.ts';
import { costOfRun } from './cost-text.ts';
import { type MissingMessages, missingLine } from './missing-text.ts';
import type { Fleet } from './read-fleet.ts';

/** `12 workers a minute ago · 340 batches due, 24 under way, 10 for later`. */
export function describeFleet({ workers, workersSeen, queue }: Fleet): string {
  const received = formatCount(queue.inFlight);
  const underWay = workers === undefined ? `${received} received and not done` : `${received} under way`;
  const batches = `${formatNoun(queue.due, 'batch', 'batches')} due, ${underWay}, ${formatCount(queue.delayed)} for later`;
  return `${describeWorkers(workers, workersSeen)} · ${batches}`;
}

function describeWorkers(workers: number | undefined, seen: number | undefined): string {
  if (workers === 0) return '0 workers';
  if (workers !== undefined) return `${formatNoun(workers, 'worker')} a minute ago`;
  // CloudWatch lags by a minute or two, and an emulator has no figures: without one, the number is unknown.
  return seen === 0
    ? 'no worker seen in the last two minutes'
    : 'workers not known: CloudWatch has no figure of the last two minutes';
}

/** A run's progress on AWS in words; rates from the earlier samples of `history`. */
export function describeRunOnAws(
  history: ProgressSample[],
  view: RunView,
  flags: string,
  missing?: MissingMessages,
): RunProgressText {
  const { run, counts } = view;
  const at = history.at(-1)?.at ?? run.startedAt;
  const rate = pagesPerSecond(history, run.id);
  const leftMs = remainingMs(view, rate);
  const pace = [
    ...(rate === undefined ? [] : [formatRate(rate, 'page')]),
    formatDuration((run.finishedAt ?? at) - run.startedAt),
    ...(leftMs === undefined ? [] : [`about ${formatDuration(leftMs)} left`]),
    formatUsd(costOfRun(counts).totalUsd),
  ];
  const reason = whyStill(view, flags, missing);
  const failures = describeFailures(view);
  return {
    run: run.id,
    done: [describeDone(view), ...failures].join(' · '),
    pace: pace.join(' · '),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The most frequent codes. */
function describeFailures({ counts }: RunView): string[] {
  const codes = byCount(counts, 'failed:').map(({ name, count }) => `${formatCount(count)} ${name}`);
  const rest = codes.length > 3 ? ', …' : '';
  return codes.length === 0 ? [] : [`failures: ${codes.slice(0, 3).join(', ')}${rest}`];
}

function whyStill(
  { run, isOver }: RunView,
  flags: string,
  missing: MissingMessages | undefined,
): string | undefined {
  if (isOver) return undefined;
  if (missing !== undefined) return missingLine(run, missing, flags);
  if (run.state === 'paused') return pauseText(run, flags);
  if (run.state === 'cancelled') return 'cancelled: the workers are counting what is left';
  return undefined;
}

/** The text depends on who paused the run: a user, or a fault, which has to be repaired first. */
export function pauseText({ id, reason }: Run, flags: string): string {
  const goOn = `npx spinneret resume ${id} ${flags}`;
  return reason === undefined
    ? `paused; go on with: ${goOn}`
    : `paused by ${writeReason(reason)}; when that is mended: ${goOn}`;
}

/** The watchdog ended the run without the pages of the lost batches, so the text says that some are missing. */
export function givenUpText({ reason }: Run): string {
  return `ended by ${reason === undefined ? '' : writeReason(reason)}; its items so far are there`;
}
