import { setImmediate } from 'node:timers/promises';
import type { Output } from '../output.ts';
import { beginInWorker } from './begin-in-worker.ts';
import type { BegunRuns, RunOrder } from './begin-runs.ts';

export interface Scraped {
  exitCode: number;
  /** The user pressed Ctrl-C. */
  isInterrupted: boolean;
}

/**
 * Starts runs, works on them until they are over or stopped, and writes their files. The process that reads the job comes first:
 * meanwhile, this one loads what supervises it. What concludes the runs is loaded while their processes end.
 */
export async function scrape(
  output: Output,
  order: RunOrder,
  onBegun: (begun: BegunRuns) => void,
): Promise<Scraped> {
  const [begun, { openProject, workOnRuns }] = await Promise.all([beginInWorker(order), loadSupervision()]);
  await using project = await openProject(begun.settings);
  onBegun(begun);
  const { processes, runs } = begun;
  // Whoever calls it says why it can't be loaded.
  const onOver = () => void import('./conclude.ts').catch(() => undefined);
  const work = await workOnRuns(project, output, runs, { processes, onOver });
  const { conclude } = await import('./conclude.ts');
  return { exitCode: await conclude(project, output, work), isInterrupted: work.isInterrupted };
}

/** Once the process is started: loading takes all of this one's time. */
async function loadSupervision() {
  await setImmediate();
  const [{ openProject }, { workOnRuns }] = await Promise.all([
    import('../project.ts'),
    import('./work-on-runs.ts'),
  ]);
  return { openProject, workOnRuns };
}
