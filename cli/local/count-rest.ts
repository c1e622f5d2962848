import type { Run } from '../../shared/model.ts';
import type { RunView } from '../../shared/observe/run-view.ts';
import { summarise } from '../../shared/observe/summary.ts';
import { formatNoun, formatTime } from '../../shared/text/format.ts';
import type { Output } from '../output.ts';
import type { Project } from '../project.ts';
import { exitCodes } from '../report-error.ts';
import { workOnRuns } from './work-on-runs.ts';

/** Counts what is left of a cancelled run; what another process holds, or waits for its host, is not waited for. */
export async function countRest(project: Project, output: Output, { id }: Run): Promise<number> {
  const settings = { ...project.settings, processes: 1 };
  const { views, isInterrupted } = await workOnRuns({ ...project, settings }, output, [id], {
    isEnough: (now) => now.every((view) => isLeftForLater(view, settings.leaseMs, Date.now())),
  });
  for (const view of views) {
    output.data({ ...summarise(view.run, view.counts, Date.now()), open: view.counts['open'] ?? 0 });
    for (const line of cancelledLines(view)) output.line(line);
  }
  return isInterrupted ? exitCodes.interrupted : exitCodes.done;
}

/** How much later than a lease a heartbeat may be seen. */
const heartbeatSlackMs = 3_000;

/** What is under way elsewhere moves its due time with each heartbeat; what lies further ahead waits. */
export function isLeftForLater(
  { isOver, nextDueAt = 0 }: Pick<RunView, 'isOver' | 'nextDueAt'>,
  leaseMs: number,
  now: number,
): boolean {
  return isOver || nextDueAt > now + leaseMs + heartbeatSlackMs;
}

/** What came of a run that was cancelled, and what is not counted yet. */
export function cancelledLines({ run, counts, nextDueAt, isOver }: RunView): string[] {
  const { open = 0, items = 0, cancelled = 0 } = counts;
  const due = nextDueAt === undefined ? '' : ` until ${formatTime(nextDueAt)}`;
  const left = [
    `${formatNoun(open, 'batch waits', 'batches wait')} for a host${due}; nothing more will be fetched.`,
    `To count what is left then: npx spinneret cancel ${run.id}`,
  ];
  return [
    `cancelled ${run.id}: ${formatNoun(cancelled, 'page')} not fetched, ${formatNoun(items, 'item')} kept`,
    ...(isOver ? [] : left),
    ...(items > 0 ? [`next: npx spinneret export ${run.id} --output items.jsonl`] : []),
  ];
}
