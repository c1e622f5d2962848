import type { RunView } from '../../shared/observe/run-view.ts';
import { summarise } from '../../shared/observe/summary.ts';
import { formatCount, formatDateTime, formatTable, formatUsd } from '../../shared/text/format.ts';
import { findRunOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import type { AwsOptions } from './aws-options.ts';
import { costOfRun } from './cost-text.ts';
import { describeFleet, stackFlags } from './fleet-text.ts';
import { findMissing, type MissingByRun } from './lost-messages.ts';
import { missingLine } from './missing-text.ts';
import { type AwsProject, onAws } from './on-aws.ts';
import { type Fleet, makeFleetReader } from './read-fleet.ts';
import { readViews } from './read-runs.ts';
import { showRun } from './show-run.ts';
import { watchRuns } from './watch-runs.ts';

export interface StatusOptions extends AwsOptions {
  last?: boolean;
  watch?: boolean;
}

/** Each run of the list costs the reading of all its counters. */
const maxListed = 25;

/** `status --aws`: one run in full, or the newest ones as a table; with `watch`, those that are not over, until they are. */
export async function statusOnAws(
  output: Output,
  options: StatusOptions,
  name: string | undefined,
): Promise<number> {
  return onAws('status', options, async (aws) => {
    const { ledger } = aws.store;
    const isOne = name !== undefined || options.last === true;
    const runs = isOne
      ? [await findRunOrLast(ledger, name, options.last)]
      : await ledger.listRuns(maxListed + 1);
    const listed = runs.slice(0, maxListed);
    const going = listed.filter(({ state }) => isOne || state === 'running' || state === 'paused');
    if (options.watch === true && going.length > 0) {
      const ids = going.map(({ id }) => id);
      return watchRuns(output, options, aws, ids);
    }
    const [views, fleet] = await Promise.all([readViews(ledger, listed), makeFleetReader(aws)()]);
    const [first] = views;
    const missing = await findMissing(aws, views, fleet);
    if (isOne && first !== undefined) {
      showRun(output, options, aws.stack, first, { fleet, missing: missing.get(first.run.id) });
    } else {
      const hasOlder = runs.length > listed.length;
      showTable(output, aws, { views, fleet, missing, hasOlder, flags: stackFlags(options) });
    }
    return exitCodes.done;
  });
}

function missingLines(views: RunView[], missing: MissingByRun, flags: string): string[] {
  return views.flatMap(({ run }) => {
    const found = missing.get(run.id);
    return found === undefined ? [] : [`${run.id}: ${missingLine(run, found, flags)}`];
  });
}

interface Table {
  views: RunView[];
  fleet: Fleet;
  missing: MissingByRun;
  hasOlder: boolean;
  flags: string;
}

function showTable(
  output: Output,
  { stack }: AwsProject,
  { views, fleet, missing, hasOlder, flags }: Table,
): void {
  const entries = views.map(({ run, counts }) => ({
    ...summarise(run, counts, Date.now()),
    open: counts['open'] ?? 0,
    cost: costOfRun(counts),
    ...(missing.has(run.id) ? { missingMessages: missing.get(run.id) } : {}),
  }));
  output.data({ runs: entries, hasOlder, fleet, dashboard: stack.dashboard });
  const header = ['run', 'state', 'stored', 'failed', 'items', 'open', 'cost', 'started'];
  const rows = entries.map(({ run, state, pages, items, open, cost, startedAt }) => [
    run,
    state,
    ...[pages.stored, pages.failed, items, open].map(formatCount),
    formatUsd(cost.totalUsd),
    formatDateTime(startedAt),
  ]);
  if (rows.length === 0) output.line('nothing was run yet; begin with: npx spinneret enqueue FILE');
  else for (const line of formatTable([header, ...rows], [2, 3, 4, 5, 6])) output.line(line);
  if (hasOlder) output.line('and older ones; name one to see it');
  for (const line of missingLines(views, missing, flags)) output.line(output.paint('yellow', line));
  output.line(`fleet: ${describeFleet(fleet)}`);
  output.line(`dashboard: ${stack.dashboard}`);
}
