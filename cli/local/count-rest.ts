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
  // What is under way elsewhere moves its due time with each heartbeat; what lies further ahead waits.
  const farMs = settings.leaseMs + 3_000;
  const { views, isInterrupted } = await workOnRuns({ ...project, settings }, output, [id], {
    isEnough: (now) => now.every(({ isOver, nextDueAt = 0 }) => isOver || nextDueAt > Date.now() + farMs),
  });
  for (const entry of views) report(output, entry);
  return isInterrupted ? exitCodes.interrupted : exitCodes.done;
}

function report(output: Output, { run, counts, nextDueAt, isOver }: RunView): void {
  const { open = 0, items = 0, cancelled = 0 } = counts;
  output.data({ ...summarise(run, counts, Date.now()), open });
  output.line(
    `cancelled ${run.id}: ${formatNoun(cancelled, 'page')} not fetched, ${formatNoun(items, 'item')} kept`,
  );
  if (!isOver) {
    const due = nextDueAt === undefined ? '' : ` until ${formatTime(nextDueAt)}`;
    output.line(
      `${formatNoun(open, 'batch waits', 'batches wait')} for a host${due}; nothing more will be fetched.`,
    );
    output.line(`To count what is left then: npx spinneret cancel ${run.id}`);
  }
  if (items > 0) output.line(`next: npx spinneret export ${run.id} --output items.jsonl`);
}
