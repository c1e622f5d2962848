import { type LocalRunOptions, runLocal } from '../../shared/local-run/run-local.ts';
import type { RunView } from '../../shared/observe/run-view.ts';
import { formatNoun } from '../../shared/text/format.ts';
import type { Output } from '../output.ts';
import { listenForStops } from '../progress/listen-for-stops.ts';
import { liveProgress } from '../progress/live-progress.ts';
import type { Project } from '../project.ts';

export interface Work {
  /** The final state of each run. */
  views: RunView[];
  /** The user pressed Ctrl-C. */
  isInterrupted: boolean;
}

export interface WorkTerms extends Pick<LocalRunOptions, 'processes' | 'onOver'> {
  /** Drains earlier. @default never */
  isEnough?(views: RunView[]): boolean;
}

/**
 * Works on runs with worker processes, showing their progress, until all are over. The first Ctrl-C lets what is
 * under way finish; the second stops it at once.
 */
export async function workOnRuns(
  project: Project,
  output: Output,
  runs: string[],
  { processes = [], onOver, isEnough = () => false }: WorkTerms = {},
): Promise<Work> {
  const { settings } = project;
  const display = liveProgress(output, { stillAfterMs: Math.max(3_000, settings.leaseMs / 4 + 500) });
  using stops = listenForStops(() =>
    display.note('stopping: what is under way is finished first; Ctrl-C again stops at once'),
  );
  try {
    const views = await runLocal({
      ...project,
      runs,
      processes,
      draining: stops.draining.signal,
      killing: stops.killing.signal,
      onProgress(progress, pids) {
        display.show(progress, pids);
        if (isEnough(progress)) stops.draining.abort();
      },
      ...(onOver && { onOver }),
      onCrash(pid, reason) {
        if (!stops.isInterrupted())
          display.note(`worker process ${pid} died (${reason}); another takes its place`);
      },
      onLost(run, batches) {
        const what = formatNoun(batches, 'batch', 'batches');
        const messages = batches === 1 ? 'its message' : 'their messages';
        display.note(`${what} of ${run} had lost ${messages}; sent again`);
      },
    });
    return { views, isInterrupted: stops.isInterrupted() };
  } catch (error) {
    display.end();
    output.note(resumeHint(runs));
    throw error;
  } finally {
    display.end();
  }
}

/** With more names than these the line is unreadable. */
const maxRunsNamed = 3;

/** How to continue runs that stopped. */
export function resumeHint(runs: string[]): string {
  if (runs.length > maxRunsNamed) {
    const count = formatNoun(runs.length, 'run');
    return `go on with: npx spinneret resume RUN … (${count}; npx spinneret status lists them)`;
  }
  return `go on with: npx spinneret resume ${runs.join(' ')}`;
}
