import type { Run } from '../../shared/model.ts';
import type { RunView } from '../../shared/observe/run-view.ts';
import { summarise } from '../../shared/observe/summary.ts';
import { type RunList, type RunText, showList } from '../backend/show-status.ts';
import type { Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import { costOfRun } from './cost-text.ts';
import { describeFleet } from './fleet-text.ts';
import { hostWaits } from './host-waits.ts';
import { findMissing, type MissingByRun } from './lost-messages.ts';
import { missingLine } from './missing-text.ts';
import type { AwsProject } from './on-aws.ts';
import { makeFleetReader } from './read-fleet.ts';
import { readViews } from './read-runs.ts';
import { runText } from './run-text.ts';
import { watchRuns } from './watch-runs.ts';

/** The list is short, since each run costs a read of all its counters. */
const maxListed = 25;

export async function describeRun(output: Output, aws: AwsProject, run: Run): Promise<RunText> {
  const [views, fleet] = await Promise.all([readViews(aws.store.ledger, [run]), makeFleetReader(aws)()]);
  const missing = await findMissing(aws, views, fleet);
  const [view = { run, counts: {}, isOver: false }] = views;
  const waits = view.isOver ? {} : { waits: await hostWaits(aws.store.ledger, run) };
  return runText(output, aws, view, { fleet, missing: missing.get(run.id), ...waits });
}

/** The newest ones. */
export async function listRuns({ paint }: Output, aws: AwsProject): Promise<RunList> {
  const { dashboard } = aws.stack;
  const { ledger } = aws.store;
  const runs = await ledger.listRuns(maxListed + 1);
  const [views, fleet] = await Promise.all([
    readViews(ledger, runs.slice(0, maxListed)),
    makeFleetReader(aws)(),
  ]);
  const missing = await findMissing(aws, views, fleet);
  const entries = views.map(({ run, counts }) => ({
    summary: summarise(run, counts, Date.now()),
    open: counts['open'] ?? 0,
    cost: costOfRun(counts),
    ...missingOf(missing, run),
  }));
  const hasOlder = runs.length > views.length;
  const notes = [
    ...(hasOlder ? ['and older ones; name one to see it'] : []),
    ...missingLines(views, missing, aws.flags).map((line) => paint('yellow', line)),
    `fleet: ${describeFleet(fleet)}`,
    `dashboard: ${dashboard}`,
  ];
  return { entries, around: { hasOlder, fleet, dashboard }, notes, begin: 'npx spinneret enqueue FILE' };
}

/** Watches the active ones of the newest runs; if there is none, lists the newest. */
export async function watch(output: Output, aws: AwsProject, one: Run | undefined): Promise<number> {
  const runs = one === undefined ? await goingRuns(aws) : [one];
  const ids = runs.map(({ id }) => id);
  if (ids.length > 0) return watchRuns(output, aws, ids);
  showList(output, await listRuns(output, aws));
  return exitCodes.done;
}

async function goingRuns({ store }: AwsProject): Promise<Run[]> {
  const runs = await store.ledger.listRuns(maxListed);
  return runs.filter(({ state }) => state === 'running' || state === 'paused');
}

function missingOf(missing: MissingByRun, { id }: Run) {
  const missingMessages = missing.get(id);
  return missingMessages === undefined ? {} : { missingMessages };
}

function missingLines(views: RunView[], missing: MissingByRun, flags: string): string[] {
  return views.flatMap(({ run }) => {
    const found = missing.get(run.id);
    return found === undefined ? [] : [`${run.id}: ${missingLine(run, found, flags)}`];
  });
}
