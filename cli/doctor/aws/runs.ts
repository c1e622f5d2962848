import { formatNoun } from '../../../shared/observe/format.ts';
import { openAwsStore } from '../../aws/aws-store.ts';
import { stackFlags } from '../../aws/fleet-text.ts';
import { findMissing } from '../../aws/lost-messages.ts';
import { missingText, sendAgainCommand } from '../../aws/missing-text.ts';
import { makeFleetReader } from '../../aws/read-fleet.ts';
import { readViews } from '../../aws/read-runs.ts';
import { type Check, commands, look, ok, wrong } from '../check.ts';
import { settingsOf, stackCheck } from './stack-context.ts';

/** As many of the newest are looked at as `status` lists. */
const maxLookedAt = 25;

/** Runs that should go on: whether messages stand for their open batches. */
export const runChecks: Check[] = [
  stackCheck('runs', 'open runs', async ({ config, stack, settings }, place) => {
    using store = openAwsStore(config, stack, settings);
    const aws = { store, stack, config, settings: settingsOf(place) };
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
    const flags = stackFlags(place.aws ?? {});
    const remedy = commands(concerned.map(({ run }) => sendAgainCommand(run, flags)));
    return concerned.some(({ found }) => found.state === 'lost') ? wrong(says, remedy) : look(says, remedy);
  }),
];
