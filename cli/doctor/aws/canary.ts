import { setTimeout as sleep } from 'node:timers/promises';
import { newRun } from '../../../shared/engine/run/new-run.ts';
import { writeReason } from '../../../shared/errors.ts';
import { type Job, jobSchema } from '../../../shared/job/schema.ts';
import type { Settings } from '../../../shared/job/settings-schema.ts';
import type { Counts, Run } from '../../../shared/model.ts';
import { sourceOfPage } from '../../../shared/sources/sources.ts';
import { formatDuration, formatUsd } from '../../../shared/text/format.ts';
import type { AwsOptions } from '../../aws/aws-options.ts';
import { costOfRun } from '../../aws/cost-text.ts';
import { type AwsProject, onAws } from '../../aws/on-aws.ts';
import { startOnAws } from '../../aws/start-on-aws.ts';
import type { Output } from '../../output.ts';
import { type CheckFinding, look, ok, wrong } from '../check.ts';

/**
 * A cold start, a batching window and a robots.txt take some 40 s; a working stack does not take longer than this.
 */
const maxMs = 180_000;
const lookMs = 1_000;

/** Scrapes one page on the stack, from the start function to the end of the run, and reports the result. */
export async function runCanary(output: Output, options: AwsOptions, url: string): Promise<CheckFinding> {
  return onAws('enqueue', options, async (aws) => {
    const start = newRun({ job: canaryJob(url, aws.settings.aws), baseDir: '', file: '', document: 1 });
    const startedAt = performance.now();
    await startOnAws(aws, start);
    output.note(`canary: waiting for ${start.id}, ${formatDuration(maxMs)} at most`);
    const end = await waitForEnd(aws, start.id, startedAt);
    const took = formatDuration(performance.now() - startedAt);
    return judgeCanary(start.id, end, took, aws.flags);
  });
}

/** A job of one page, which fits every legal deployment. */
export function canaryJob(url: string, { allowPrivate }: Settings['aws']): Job {
  return jobSchema.parse({
    name: 'canary',
    sources: [sourceOfPage(url)],
    pages: { page: { match: '/**' } },
    limits: { maxPages: 1 },
    // Short enough for the shortest time-out that a worker may have.
    fetch: { attempts: 1, timeoutMs: 8_000 },
    ...(allowPrivate ? { network: 'allowPrivate' } : {}),
  });
}

interface End {
  run: Run | undefined;
  counts: Counts;
}

async function waitForEnd({ store: { ledger } }: AwsProject, id: string, startedAt: number): Promise<End> {
  for (;;) {
    const [run, counts] = await Promise.all([ledger.readRun(id), ledger.readCounts(id)]);
    const isOver = counts['open'] === 0 || run?.state === 'paused';
    if (isOver || performance.now() - startedAt > maxMs) return { run, counts };
    await sleep(lookMs);
  }
}

/** `took`: in words. The run is `undefined` where its record is not there. */
export function judgeCanary(id: string, { run, counts }: End, took: string, flags: string): CheckFinding {
  const { open = 0, stored = 0 } = counts;
  const more = `npx spinneret status ${id} ${flags}`;
  if (run?.state === 'paused') {
    const why = run.reason === undefined ? 'by command' : writeReason(run.reason);
    return wrong(`${id} was paused: ${why}`, `Mend that; then ${more}`);
  }
  if (open > 0) return wrong(`${id} is not over after ${took}`, `Nobody works on it, or slowly: ${more}`);
  if (stored > 0) return ok(`one page stored in ${took}, for ${formatUsd(costOfRun(counts).totalUsd)}`);
  const code = Object.keys(counts).find((count) => /^(failed|skipped):/.test(count));
  return look(
    `${id} ended in ${took}, without its page: ${code ?? 'not admitted'}`,
    'The stack works; the page does not. Name another, or look the code up in docs/errors.md.',
  );
}
