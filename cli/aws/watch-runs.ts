import { setTimeout as sleep } from 'node:timers/promises';
import { type ProgressSample, remember } from '../../shared/observe/progress.ts';
import { isHeldUp, type RunView } from '../../shared/observe/run-view.ts';
import { paintFor } from '../../shared/text/paint.ts';
import { showRun } from '../backend/show-status.ts';
import type { Output } from '../output.ts';
import { drawnBlock } from '../progress/drawn-block.ts';
import { exitCodes } from '../report-error.ts';
import { costOfRun } from './cost-text.ts';
import { describeFleet, describeRunOnAws } from './fleet-text.ts';
import { type MissingByRun, watchMissing } from './lost-messages.ts';
import type { AwsProject } from './on-aws.ts';
import { type Fleet, makeFleetReader } from './read-fleet.ts';
import { readRuns, readViews } from './read-runs.ts';
import { runText } from './run-text.ts';

/** Frequent on a terminal, where the line is replaced; rare in a log, which would grow. */
const everyMs = { terminal: 2_000, lines: 10_000, json: 5_000 };

/** Batches end in bursts, so the rate is taken over a minute. */
const history60s = { stillAfterMs: 60_000 };

/**
 * Shows how runs get on until each is over, or paused by a fault, and then their summaries. Ctrl-C ends
 * only the watching. Returns the exit code: 1 when a fault holds one of them up.
 */
export async function watchRuns(output: Output, aws: AwsProject, ids: string[]): Promise<number> {
  output.note('Ctrl-C ends the watching, not the runs');
  const readFleet = makeFleetReader(aws);
  const readMissing = watchMissing(aws);
  const block = drawnBlock(process.stderr);
  const isDrawn = process.stderr.isTTY && !output.isJson;
  let history: ProgressSample[] = [];
  for (;;) {
    const [views, fleet] = await Promise.all([
      readRuns(aws.store.ledger, ids).then((runs) => readViews(aws.store.ledger, runs)),
      readFleet(),
    ]);
    const sample = { at: Date.now(), views, processes: fleet.workers ?? 0 };
    history = remember(history, sample, history60s);
    if (views.every(isAtRest)) {
      block.clear();
      return conclude(output, aws, views);
    }
    const missing = await readMissing(views);
    if (output.isJson) showJson(output, views, fleet, missing);
    else show(output, isDrawn ? block : undefined, { history, views, fleet, missing, flags: aws.flags });
    await sleep(output.isJson ? everyMs.json : isDrawn ? everyMs.terminal : everyMs.lines);
  }
}

/** Whether the run changes no more without a user's action. Between its last batch and `finished`, it is still `running`. */
function isAtRest({ run, isOver }: RunView): boolean {
  const isEnded = run.state === 'finished' || run.state === 'cancelled';
  return (isOver && isEnded) || isHeldUp(run);
}

interface Picture {
  history: ProgressSample[];
  views: RunView[];
  fleet: Fleet;
  missing: MissingByRun;
  flags: string;
}

function show(
  output: Output,
  block: ReturnType<typeof drawnBlock> | undefined,
  { history, views, fleet, missing, flags }: Picture,
): void {
  const texts = views.map((view) => describeRunOnAws(history, view, flags, missing.get(view.run.id)));
  if (block === undefined) {
    for (const { run, done, pace, reason } of texts) {
      output.note([`${run}: ${done}`, pace, ...(reason === undefined ? [] : [reason])].join(' · '));
    }
    output.note(`fleet: ${describeFleet(fleet)}`);
    return;
  }
  const paint = paintFor(process.stderr);
  const lines = texts.flatMap(({ run, done, pace, reason }) => [
    paint('bold', run),
    `  ${done}`,
    `  ${paint('dim', pace)}`,
    ...(reason === undefined ? [] : [`  ${paint('yellow', reason)}`]),
  ]);
  block.draw([...lines, paint('dim', `fleet, for all runs: ${describeFleet(fleet)}`)]);
}

function showJson(output: Output, views: RunView[], fleet: Fleet, missing: MissingByRun): void {
  for (const { run, counts } of views) {
    const { id, state, reason } = run;
    const progress = { type: 'progress', run: id, state, reason, counts, cost: costOfRun(counts), fleet };
    output.data({ ...progress, missingMessages: missing.get(id) });
  }
}

function conclude(output: Output, aws: AwsProject, views: RunView[]): number {
  for (const view of views) showRun(output, runText(output, aws, view));
  return views.some(({ run, isOver }) => !isOver && isHeldUp(run)) ? exitCodes.failed : exitCodes.done;
}
