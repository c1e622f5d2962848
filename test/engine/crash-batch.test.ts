import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { expectAccounted } from './accounts.ts';
import { Crash, mortalPorts } from './crash.ts';
import { interceptFetch } from './intercept-fetch.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, paths } from './site.ts';
import { deliverNext, endsOf, leaseMs, makeJob, type World } from './world.ts';

/** A process that is gone as soon as it fetches `url`. */
function processKilledBy(world: World, url: string): Engine {
  let kill = () => {};
  const process = world.newProcess('p', (ports) => {
    const mortal = mortalPorts(ports);
    kill = mortal.kill;
    return mortal;
  });
  return interceptFetch(process, (fetched) => {
    if (fetched !== url) return;
    kill();
    throw new Crash(url);
  });
}

/** Drives the run, replacing every process that dies. Returns how many did. */
async function driveWithReplacement(world: World, url: string, beforeEach = async () => {}): Promise<number> {
  let process = processKilledBy(world, url);
  for (let crashes = 0; ; ) {
    await beforeEach();
    try {
      if ((await deliverNext(world, 'r', process)) === 'over') return crashes;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      crashes += 1;
      if (crashes > 50) throw new Error('the batch is delivered for ever', { cause: error });
      world.advance(leaseMs + 1_001);
      process = processKilledBy(world, url);
    }
  }
}

describe('a request that kills its process', () => {
  const maxCrashes = { together: 3, alone: 12 };

  it('fails alone: its batch is split, and its neighbours are stored', async () => {
    const site = await openSite(numbered(5));
    const world = enterWorld({ maxCrashes });
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(5, site.origin) } }] }));
    const crashes = await driveWithReplacement(world, `${site.origin}/3`);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 4, failed: 1 });
    expect((await endsOf(world, 'r'))[`${site.origin}/3`]).toBe('failed BATCH_CRASHED');
    // As often in company as alone.
    expect(crashes).toBe(maxCrashes.together + maxCrashes.alone);
  });

  it('is found out though its host is busy, so that its batch is sent again between two crashes', async () => {
    const site = await openSite(numbered(2));
    const { host } = new URL(site.origin);
    const world = enterWorld({ maxCrashes });
    const sources = [{ urls: { list: paths(2, site.origin) } }];
    await world.start('r', makeJob({ sources, politeness: { gapMs: 1_000, robots: 'ignore' } }));
    const keepBusy = async () => {
      const turns = { host, count: 3, gapMs: 1_000, slackMs: 100, horizonMs: 1_000 };
      await world.ledger.reserveSlots(turns);
    };
    const crashes = await driveWithReplacement(world, `${site.origin}/1`, keepBusy);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, 'failed:BATCH_CRASHED': 1 });
    expect(crashes).toBe(maxCrashes.together + maxCrashes.alone);
  });
});
