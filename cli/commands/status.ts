import { setTimeout as sleep } from 'node:timers/promises';
import { type Summary, summarise } from '../../shared/observe/summary.ts';
import { stateWord, summaryLines } from '../../shared/observe/summary-text.ts';
import { formatCount, formatDateTime, formatDuration, formatTable } from '../../shared/text/format.ts';
import { type AwsSwitch, isOnAws, mayTakeAws } from '../aws/aws-options.ts';
import { act, makeCommand } from '../command.ts';
import { findRun, findRunOrLast } from '../find-run.ts';
import { heldUpRunLines } from '../held-up-text.ts';
import type { Output } from '../output.ts';
import { openExistingProject, openProjectWithRuns, type Project } from '../project.ts';
import { exitCodes } from '../report-error.ts';

interface StatusOptions extends AwsSwitch {
  last?: boolean;
  watch?: boolean;
}

const watchEveryMs = 1_000;

export const statusCommand = mayTakeAws(
  makeCommand({
    usage: 'status [run]',
    group: 'Runs:',
    summary: 'list the runs, or show one',
    description: 'Lists the runs of this project, newest first, or shows one in full.',
    examples: [
      ['status', 'a table of all runs'],
      ['status books-2026 --watch', 'one run, redrawn each second until it is over'],
      ['status books-2026 --aws --watch', 'a run on AWS, with workers, queue and cost'],
    ],
  }),
)
  .option('--last', 'the run that started last')
  .option('--watch', 'show it again each second, until nothing runs any more')
  .action(
    act<StatusOptions>(async (output, options, name) => {
      if (isOnAws(options)) return (await import('../aws/status.ts')).statusOnAws(output, options, name);
      const isOne = name !== undefined || options.last === true;
      const project = isOne ? await openProjectWithRuns(options) : await openExistingProject(options);
      if (project === undefined) {
        output.data({ runs: [] });
        output.line('nothing was run yet; begin with: npx spinneret run FILE');
        return exitCodes.done;
      }
      await using opened = project;
      const { ledger } = opened.store;
      const id = isOne ? (await findRunOrLast(ledger, name, options.last)).id : undefined;
      for (;;) {
        const entries = await readStatus(opened, id);
        show(output, entries, isOne, options.watch === true);
        const isOver = entries.every(({ summary }) => summary.isOver || summary.isWorkedOn === false);
        if (options.watch !== true || isOver) return exitCodes.done;
        await sleep(watchEveryMs);
      }
    }),
  );

interface Entry {
  summary: Summary;
  open: number;
}

async function readStatus(
  { store: { ledger, commands } }: Project,
  name: string | undefined,
): Promise<Entry[]> {
  const runs = name === undefined ? await ledger.listRuns() : [await findRun(ledger, name)];
  return Promise.all(
    runs.map(async (run) => {
      const counts = await ledger.readCounts(run.id);
      const isWorkedOn = commands.isWorkedOn(run.id);
      return {
        summary: summarise(run, counts, isWorkedOn ? Date.now() : undefined, { isWorkedOn }),
        open: counts['open'] ?? 0,
      };
    }),
  );
}

function show(output: Output, entries: Entry[], isOne: boolean, isWatched: boolean): void {
  output.data({ runs: entries.map(({ summary, open }) => ({ ...summary, open })) });
  const isRedrawn = isWatched && process.stdout.isTTY && !output.isJson;
  if (isRedrawn) process.stdout.write('\u001b[H\u001b[2J');
  const [first] = entries;
  const lines = isOne && first !== undefined ? oneRun(output, first) : table(entries);
  for (const line of lines) output.line(line);
}

function oneRun(output: Output, { summary, open }: Entry): string[] {
  const lines = summaryLines(summary, output.paint);
  lines.push(`  started ${formatDateTime(summary.startedAt)}`);
  lines.push(...heldUpRunLines(summary, output.paint));
  if (open > 0 && summary.state !== 'cancelled') {
    const next = `npx spinneret resume ${summary.run}`;
    if (summary.isWorkedOn === false || summary.state === 'paused') lines.push('', `next: ${next}`);
  }
  return lines;
}

/** Admitted, and not yet at an end. */
function pagesLeft({ pages }: Summary): number {
  return pages.admitted - pages.stored - pages.failed - pages.skipped - pages.cancelled;
}

function table(entries: Entry[]): string[] {
  const header = ['run', 'state', 'stored', 'failed', 'items', 'to do', 'started', 'took'];
  const rows = entries.map(({ summary, open }) => [
    summary.run,
    stateWord(summary),
    formatCount(summary.pages.stored),
    formatCount(summary.pages.failed),
    formatCount(summary.items),
    open === 0 ? '' : formatCount(pagesLeft(summary)),
    formatDateTime(summary.startedAt),
    summary.durationMs === undefined ? '' : formatDuration(summary.durationMs),
  ]);
  return formatTable([header, ...rows], [2, 3, 4, 5]);
}
