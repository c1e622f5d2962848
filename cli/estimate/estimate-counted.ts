import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { engineLimits } from '../../shared/engine/limits-in-function.ts';
import { batchSizeFor, slackFor } from '../../shared/engine/turns/pace.ts';
import type { LoadedJob } from '../../shared/job/load.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { Counts } from '../../shared/model.ts';
import { isHeldUp } from '../../shared/observe/run-view.ts';
import type {
  CountingRun,
  EstimatePlan,
  PlanEstimate,
  SourceEstimate,
} from '../../shared/sources/ahead-parts.ts';
import { localFiles } from '../../shared/sources/local-file.ts';
import { heldUpLines } from '../held-up-text.ts';
import type { Output } from '../output.ts';
import { openProject } from '../project.ts';
import { sumOfRuns } from '../sum-of-runs.ts';
import { estimateRun } from './model/estimate.ts';
import type { RunPlan } from './model/run-plan.ts';
import { workerCapacity } from './plan-run.ts';
import { plannedSessions } from './planned-sessions.ts';
import { type SampleRun, takeSample } from './take-sample.ts';

/** The estimate of sources about which a sample of pages says nothing. */
export interface CountedEstimate {
  /** For programs. */
  data: object;
  /** For people. */
  lines: string[];
  isInterrupted: boolean;
  /** Maps of what would be searched, as SVG. */
  pictures: string[];
  /** It was held up, or nothing could be counted. */
  isFailed: boolean;
}

/** What a source expects of its run: hosts with their pages and gaps. */
type PlannedSource = Pick<SourceEstimate, 'hosts' | 'pagesPerBatch' | 'sample'>;

/** Counts what there is by a run that is free of charge, where the source has one, and derives the rest from that. */
export async function estimateCounted(
  output: Output,
  settings: Settings,
  loaded: LoadedJob,
  plan: PlanEstimate,
  timeLimitMs: number,
): Promise<CountedEstimate> {
  const { job, baseDir } = loaded;
  const planned = await plan(job, localFiles(baseDir));
  const count = await runCount(output, settings, loaded, planned, timeLimitMs);
  const { isInterrupted, heldUp } = count;
  const estimate = planned.conclude(count, await countsBefore(settings, planned));
  const aws = estimateRun(planCounted(settings.aws, job, estimate));
  const { totalUsd } = aws.cost;
  return {
    data: { ...estimate.figures, aws, isInterrupted, ...(heldUp === undefined ? {} : { heldUp }) },
    lines: [
      ...estimate.lines(totalUsd),
      ...(heldUp === undefined ? [] : heldUpLines(heldUp, output.paint)),
      ...estimate.hints(totalUsd),
    ],
    pictures: estimate.pictures(),
    isInterrupted,
    isFailed: heldUp !== undefined || estimate.isFailed,
  };
}

/** The sum of the counts of runs in this folder's store whose bill is shared. */
async function countsBefore(settings: Settings, { sharesBill }: EstimatePlan): Promise<Counts> {
  if (!existsSync(resolve(settings.store))) return {};
  await using project = await openProject(settings);
  return await sumOfRuns(project.store.ledger, sharesBill);
}

async function runCount(
  output: Output,
  settings: Settings,
  loaded: LoadedJob,
  { counting: job, note }: EstimatePlan,
  timeLimitMs: number,
): Promise<CountingRun> {
  if (job === undefined) return { isInterrupted: false };
  const measure = async ({ store, run, isInterrupted }: SampleRun): Promise<CountingRun> => {
    for await (const { pages } of store.outcomes.list(run.id)) for (const fact of pages) note(fact);
    return { isInterrupted, heldUp: isHeldUp(run) ? run.reason : undefined };
  };
  return takeSample(
    output,
    { ...loaded, job },
    { settings, pages: job.limits.maxPages, timeLimitMs },
    measure,
  );
}

/** What the cost model needs to know of a run whose sources have been counted. */
export function planCounted(settings: Settings['aws'], job: Job, estimate: PlannedSource): RunPlan {
  const { hosts, pagesPerBatch, sample } = estimate;
  const limits = engineLimits(settings);
  return {
    hosts: hosts
      .filter(({ pages }) => pages > 0)
      .map(({ pages, gapMs }) => {
        return { pages, turnMs: gapMs + slackFor(gapMs), largestBatch: batchSizeFor(gapMs, limits) };
      }),
    pagesPerBatch,
    isCrawl: false,
    urlsPerPage: 1,
    sourceBatches: 1,
    obeysRobots: job.politeness.robots === 'obey',
    watchesCounts: job.limits.budgetUsd !== undefined,
    ...plannedSessions(job, hosts.length),
    sample,
    worker: workerCapacity(job, settings),
  };
}
