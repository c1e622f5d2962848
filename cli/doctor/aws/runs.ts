import { misfitsOfOwn } from '../../../shared/deployment/fit.ts';
import { formatNoun } from '../../../shared/text/format.ts';
import { stackFlags } from '../../aws/aws-options.ts';
import { openAwsStore } from '../../aws/aws-store.ts';
import { findMissing } from '../../aws/lost-messages.ts';
import { missingText, sendAgainCommand } from '../../aws/missing-text.ts';
import { makeFleetReader } from '../../aws/read-fleet.ts';
import { readViews } from '../../aws/read-runs.ts';
import { type Check, commands, look, ok, unchecked, wrong } from '../check.ts';
import { readJobs } from '../here/read-jobs.ts';
import { settingsOf } from '../settings-of.ts';
import { stackCheck } from './stack-context.ts';

/** The number of runs that are checked, the newest first, as many as `status` lists. */
const maxLookedAt = 25;

/** Jobs that are to run on the stack, and runs that should go on. */
export const runChecks: Check[] = [
  {
    id: 'fit',
    title: 'jobs',
    group: 'aws',
    async run(target) {
      const { aws } = settingsOf(target);
      // Mistakes in a file are reported by `doctor` without --aws, and by `validate`.
      const { jobs } = await readJobs(target);
      if (jobs.length === 0) return unchecked('no job file; name some: npx spinneret doctor --aws FILE …');
      const misfits = jobs.flatMap(({ job }) =>
        misfitsOfOwn(job, aws).map((misfit) => `${job.name}: ${misfit}`),
      );
      if (misfits.length === 0) return ok(`${formatNoun(jobs.length, 'job fits', 'jobs fit')} the settings`);
      return wrong(`JOB_UNFIT: ${misfits.join('; ')}`, 'Change what is named: enqueue refuses it.');
    },
  },
  stackCheck('runs', 'open runs', async ({ config, stack, settings }, target) => {
    using store = openAwsStore(config, stack, settings);
    const flags = stackFlags(target.aws ?? {});
    const aws = { store, stack, config, flags, settings: settingsOf(target) };
    const [runs, fleet] = await Promise.all([store.ledger.listRuns(maxLookedAt), makeFleetReader(aws)()]);
    const views = (
      await readViews(
        store.ledger,
        runs.filter(({ state }) => state !== 'finished'),
      )
    ).filter(({ isOver }) => !isOver);
    const missing = await findMissing(aws, views, fleet);
    if (missing.size === 0) {
      return ok(views.length === 0 ? 'no run is open' : `${formatNoun(views.length, 'run')} open`);
    }
    const concerned = views.flatMap(({ run }) => {
      const found = missing.get(run.id);
      return found === undefined ? [] : [{ run, found }];
    });
    const says = concerned.map(({ run, found }) => `${run.id}: ${missingText(found)}`).join('; ');
    const remedy = commands(concerned.map(({ run }) => sendAgainCommand(run, flags)));
    return concerned.some(({ found }) => found.state === 'lost') ? wrong(says, remedy) : look(says, remedy);
  }),
];
