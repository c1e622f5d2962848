import { HaltError } from '../../shared/errors.ts';
import type { Run } from '../../shared/model.ts';
import { type AwsSwitch, isOnAws, mayTakeAws } from '../aws/aws-options.ts';
import { act, makeCommand, processCount } from '../command.ts';
import { findRunsOrLast } from '../find-run.ts';
import { openProjectWithRuns, type Project } from '../project.ts';
import { usageError } from '../report-error.ts';
import { conclude } from '../run/conclude.ts';
import { hasRunFiles } from '../run/run-files.ts';
import { readProgress } from '../run/run-local.ts';
import { workOnRuns } from '../run/work-on-runs.ts';

interface ResumeOptions extends AwsSwitch {
  last?: boolean;
  processes?: number | 'auto';
}

export const resumeCommand = mayTakeAws(
  makeCommand({
    usage: 'resume [runs...]',
    group: 'Runs:',
    summary: 'go on with runs that were stopped, paused or killed',
    description:
      'Goes on with runs that were stopped, paused or killed, with the job as it was when they started. The items are the same as if nothing had happened.',
    examples: [
      ['resume --last', 'goes on with the run that started last'],
      ['resume books-2026', 'the beginning of a name is enough, if only one run begins so'],
      ['resume books-2026 --aws', 'a run on AWS that was paused, by a person or by a fault'],
    ],
  }),
)
  .option('--last', 'the run that started last')
  .option('--processes <n|auto>', 'worker processes; auto: one per core', processCount)
  .action(
    act<ResumeOptions>(async (output, options, ...names) => {
      if (isOnAws(options)) {
        if (options.processes !== undefined) throw usageError('--processes is about this machine, not --aws');
        return (await import('../aws/resume.ts')).resumeOnAws(output, options, names);
      }
      const { processes } = options;
      await using project = await openProjectWithRuns(options, processes === undefined ? {} : { processes });
      const ids = (await findRunsOrLast(project.store.ledger, names, options.last)).map(({ id }) => id);
      const views = await readProgress(project.store, ids);
      for (const { run, isOver } of views) refuseEnded(project, run, isOver);
      for (const { run } of views) {
        await project.store.ledger.moveRun(run.id, ['paused'], 'running');
      }
      output.data({ type: 'resumed', runs: ids });
      for (const id of ids) output.note(`going on with ${id}`);
      const work = await workOnRuns(project, output, ids);
      return await conclude(project, output, work);
    }),
  );

/** A run that is over may still lack its files: whoever worked on it may have been killed before it wrote them. */
function refuseEnded(project: Project, run: Run, isOver: boolean): void {
  const isComplete = isOver && hasRunFiles(project, run.id);
  if (run.state === 'cancelled' || isComplete) {
    throw new HaltError(
      'RUN_ENDED',
      `${run.id} is ${run.state}${isComplete ? ', and its files are there' : ''}`,
    );
  }
}
