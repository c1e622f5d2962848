import { setTimeout as sleep } from 'node:timers/promises';
import { pageOrderOf } from '../../shared/job/page-order.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { LocalStore } from '../../shared/local-run/local-store.ts';
import type { Run } from '../../shared/model.ts';
import { frontierLines } from '../../shared/observe/frontier-text.ts';
import { hostWaitLines } from '../../shared/observe/host-wait-text.ts';
import { summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { formatDateTime } from '../../shared/text/format.ts';
import {
  noRuns,
  type RunEntry,
  type RunList,
  type RunText,
  showList,
  showRun,
} from '../backend/show-status.ts';
import { billLines } from '../bill-lines.ts';
import { findRun } from '../find-run.ts';
import { heldUpRunLines } from '../held-up-text.ts';
import type { Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';

const watchEveryMs = 1_000;

/** The highest priorities of which is said how many pages wait. */
const prioritiesShown = 5;

export async function describeRun(store: LocalStore, output: Output, run: Run): Promise<RunText> {
  return textOf(store, output, await readEntry(store, run));
}

export async function listRuns(store: LocalStore): Promise<RunList> {
  const runs = await store.ledger.listRuns();
  const entries = await Promise.all(runs.map((run) => readEntry(store, run)));
  return { ...noRuns, entries };
}

/** Shows the same again each second, until nobody works on a run any more. */
export async function watch(store: LocalStore, output: Output, one: Run | undefined): Promise<number> {
  const isRedrawn = process.stdout.isTTY && !output.isJson;
  for (;;) {
    const list = one === undefined ? await listRuns(store) : undefined;
    const entries = list?.entries ?? [await readEntry(store, await findRun(store.ledger, one?.id ?? ''))];
    if (isRedrawn) process.stdout.write('\u001b[H\u001b[2J');
    if (list !== undefined) showList(output, list);
    else for (const entry of entries) showRun(output, await textOf(store, output, entry));
    if (entries.every(({ summary }) => summary.isOver || summary.isWorkedOn === false)) return exitCodes.done;
    await sleep(watchEveryMs);
  }
}

async function readEntry({ ledger, commands, hostWaits }: LocalStore, run: Run): Promise<RunEntry> {
  const counts = await ledger.readCounts(run.id);
  const isWorkedOn = await commands.isWorkedOn(run.id);
  const summary = summarise(run, counts, isWorkedOn ? Date.now() : undefined, { isWorkedOn });
  const open = counts['open'] ?? 0;
  if (summary.isOver) return { summary, open };
  const waits = await hostWaits(run.id);
  if (pageOrderOf(run.job as Partial<Job>) === undefined) return { summary, open, waits };
  const frontier = await ledger.countFrontier(run.id, prioritiesShown);
  return { summary, open, waits, frontier };
}

async function textOf({ ledger }: LocalStore, { paint }: Output, entry: RunEntry): Promise<RunText> {
  const { summary, open, waits = [], frontier } = entry;
  const { run, state, isWorkedOn, startedAt } = summary;
  const isLeft = open > 0 && state !== 'cancelled' && (isWorkedOn === false || state === 'paused');
  const lines = [
    ...summaryLines(summary, paint),
    ...(await billLines(ledger, { id: run, startedAt }, summary)),
    `  started ${formatDateTime(startedAt)}`,
    ...(frontier === undefined ? [] : frontierLines(frontier)),
    ...hostWaitLines(waits, paint),
    ...heldUpRunLines(summary, paint),
    ...(isLeft ? ['', `next: npx spinneret resume ${run}`] : []),
  ];
  return { entry, around: {}, lines };
}
