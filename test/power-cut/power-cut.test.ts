import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRandom } from '../../bench/random.ts';
import type { Site } from '../engine/site.ts';
import { cuts, withTableOf } from './cut.ts';
import { inspectDisk, playCut } from './play-cut.ts';
import { jobOf, record, serveDetours } from './record.ts';

let site: Site;
beforeAll(async () => {
  site = await serveDetours();
});
afterAll(() => site.close());

/** The log as it is shipped is never begun anew in so small a crawl; the other is, every few batches. */
describe.each([8_000, 12])('a store whose log is carried over after %i pages', (checkpointPages) => {
  it('is that of one moment wherever the power is cut, and the run goes on from it', {
    timeout: 120_000,
  }, async () => {
    const job = jobOf(site);
    const recording = await record(job, checkpointPages);
    const random = makeRandom(checkpointPages);
    const choose = (below: number) => Math.floor(random() * below);
    const moments = new Set<number>();
    const kinds = new Set<string>();
    for (let cut = 0; cut < 150; cut += 1) {
      const { kind, batchesDone, violations } = await playCut(job, recording, choose, cut % 10 === 0);
      expect(violations, `cut ${cut}: ${kind}`).toEqual([]);
      moments.add(batchesDone);
      kinds.add(kind);
    }
    expect([...kinds].sort()).toEqual(Object.keys(cuts).sort());
    expect(moments.size).toBeGreaterThan(10);
  });
});

describe('checkStore', () => {
  it('sees stores whose parts are of two moments', async () => {
    const job = jobOf(site);
    const { disks } = await record(job, 8_000);
    const third = Math.floor(disks.length / 3);
    const [earlier, later] = [disks[third], disks[2 * third]];
    if (earlier === undefined || later === undefined) throw new Error('nothing recorded');
    for (const table of ['messages', 'outcomes', 'seen', 'batches', 'counts']) {
      const mixed = withTableOf(earlier, later, table);
      expect((await inspectDisk(job, mixed)).violations, table).not.toEqual([]);
    }
  });
});
