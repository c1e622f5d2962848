import type { HostWait } from '../../shared/coordination/host-wait.ts';
import type { FrontierCounts } from '../../shared/coordination/ports.ts';
import type { Summary } from '../../shared/observe/summary.ts';
import { stateWord } from '../../shared/observe/summary-text.ts';
import {
  formatCount,
  formatDateTime,
  formatDuration,
  formatTable,
  formatUsd,
} from '../../shared/text/format.ts';
import type { Output } from '../output.ts';

/** One run, for machines and as lines for people. */
export interface RunText {
  entry: RunEntry;
  /** Facts about the place of the run, for machines. */
  around: object;
  lines: string[];
}

/** One run of a list. */
export interface RunEntry {
  summary: Summary;
  /** Batches that are not done. */
  open: number;
  /** Hosts that are left alone for now, on this machine; absent of a run that is over. */
  waits?: HostWait[];
  /** Pages that wait behind better ones, of a job that fetches the best first; absent of a run that is over. */
  frontier?: FrontierCounts;
  /** The cost so far, on a stack. */
  cost?: { totalUsd: number };
  /** Set on a stack if the messages of open batches are missing. */
  missingMessages?: object;
}

export interface RunList {
  entries: RunEntry[];
  /** Facts about the place of the runs, for machines. */
  around: object;
  /** Facts about the place of the runs, as lines below the table. */
  notes: string[];
  /** The command that starts a first run. */
  begin: string;
}

/** The list of a folder without a store. */
export const noRuns: RunList = { entries: [], around: {}, notes: [], begin: 'npx spinneret run FILE' };

/** An entry of the list, with the facts about the place beside its own. */
export function showRun(output: Output, { entry, around, lines }: RunText): void {
  output.data({ ...dataOf(entry), ...around });
  for (const line of lines) output.line(line);
}

export function showList(output: Output, { entries, around, notes, begin }: RunList): void {
  output.data({ runs: entries.map(dataOf), ...around });
  if (entries.length === 0) output.line(`nothing was run yet; begin with: ${begin}`);
  else for (const line of tableOf(entries)) output.line(line);
  for (const line of notes) output.line(line);
}

function dataOf({ summary, ...rest }: RunEntry): object {
  return { ...summary, ...rest };
}

interface Column {
  head: string;
  isNumber?: true;
  of(entry: RunEntry): string;
}

const columns: Column[] = [
  { head: 'run', of: ({ summary }) => summary.run },
  { head: 'state', of: ({ summary }) => stateWord(summary) },
  { head: 'stored', isNumber: true, of: ({ summary }) => formatCount(summary.pages.stored) },
  { head: 'failed', isNumber: true, of: ({ summary }) => formatCount(summary.pages.failed) },
  { head: 'items', isNumber: true, of: ({ summary }) => formatCount(summary.items) },
  {
    head: 'to do',
    isNumber: true,
    of: ({ summary, open }) => (open === 0 ? '' : formatCount(pagesLeft(summary))),
  },
  { head: 'cost', isNumber: true, of: ({ cost }) => (cost === undefined ? '' : formatUsd(cost.totalUsd)) },
  { head: 'started', of: ({ summary }) => formatDateTime(summary.startedAt) },
  {
    head: 'took',
    of: ({ summary: { durationMs } }) => (durationMs === undefined ? '' : formatDuration(durationMs)),
  },
];

function tableOf(entries: RunEntry[]): string[] {
  const isBilled = entries.some(({ cost }) => cost !== undefined);
  const shown = columns.filter(({ head }) => head !== 'cost' || isBilled);
  const numbers = shown.flatMap(({ isNumber }, index) => (isNumber ? [index] : []));
  return formatTable(
    [shown.map(({ head }) => head), ...entries.map((entry) => shown.map(({ of }) => of(entry)))],
    numbers,
  );
}

/** Admitted, and not yet at an end. */
function pagesLeft({ pages }: Summary): number {
  return pages.admitted - pages.stored - pages.failed - pages.skipped - pages.cancelled;
}
