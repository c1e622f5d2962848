import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoShop, serveDemoShop } from '../../examples/demo-shop/server.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { Crash, type CrashPoint, crashingPorts } from './crash.ts';
import { driveRun, endsOf, itemLines, leaseMs, makeJob, openWorld, unaccounted } from './world.ts';

let shop: DemoShop;
beforeAll(async () => {
  shop = await serveDemoShop({ products: 10, gapLog: false });
});
afterAll(() => shop.close());

/** Redirects, failures, retries, robots.txt, a sitemap, pagination and a page limit: every path of run-batch. */
const shopJob = () =>
  makeJob({
    sources: [
      { crawl: { start: [`${shop.origin}/`] } },
      { sitemap: { site: shop.origin, include: '/p/*' } },
    ],
    pages: {
      product: {
        match: '/p/*',
        follow: ['.related a'],
        fields: { sku: { select: '.sku', required: true }, name: 'h1' },
      },
      default: { follow: ['header a', '.card a', '.pagination a', '.posts a'] },
    },
    limits: { maxPages: 40, maxItems: 500 },
    fetch: { attempts: 2, maxBodyBytes: 1_000_000 },
  });

/** Runs the job; the first process dies at `point`, another takes over when lease and visibility have run out. */
async function runWithCrash(point: CrashPoint | undefined, names: string[] = []) {
  const world = openWorld({ batchSize: 8 });
  try {
    await world.start('r', shopJob());
    const first = world.newProcess('first', (ports) => crashingPorts(ports, point, names));
    let crashed = false;
    await driveRun(world, 'r', first).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
      crashed = true;
    });
    if (crashed) {
      world.advance(leaseMs + 1_001);
      await driveRun(world, 'r', world.newProcess('second'));
    }
    const counts = await world.ledger.readCounts('r');
    const run = await world.ledger.readRun('r');
    return { items: await itemLines(world, 'r'), ends: await endsOf(world, 'r'), counts, run, crashed };
  } finally {
    await world.close();
  }
}

/** Runs wait for the shop's slow pages most of the time, so several share that. */
const worldsAtOnce = 8;

describe('runBatch, killed at every step boundary', () => {
  it('comes to the same items, ends and counts as undisturbed', { timeout: 240_000 }, async () => {
    // The shop answers one page with 503 the first time it is asked: let that pass.
    await runWithCrash(undefined);
    const names: string[] = [];
    const calm = await runWithCrash(undefined, names);
    expect(calm.items.length).toBeGreaterThan(5);
    expect(unaccounted(calm.counts)).toBe(0);

    const points = names.flatMap((_, call): CrashPoint[] => [
      { call, phase: 'before' },
      { call, phase: 'after' },
    ]);
    const checkNext = async () => {
      for (let point = points.pop(); point !== undefined; point = points.pop()) {
        const where = `${point.phase} call ${point.call}, ${names[point.call]}`;
        const killed = await runWithCrash(point).catch((cause: unknown) => {
          throw new Error(`killed ${where}`, { cause });
        });
        expect(killed.crashed, where).toBe(true);
        expect(killed.items, where).toEqual(calm.items);
        expect(killed.ends, where).toEqual(calm.ends);
        expect(unaccounted(killed.counts), where).toBe(0);
        expect(killed.counts['open'], where).toBe(0);
        expect(killed.run?.state, where).toBe('finished');
      }
    };
    await Promise.all(Array.from({ length: worldsAtOnce }, checkNext));
  });
});

describe('runBatch', () => {
  it('does nothing twice when a message is delivered twice', async () => {
    const world = openWorld();
    await world.start('r', shopJob());
    const process = world.newProcess('p');
    for (;;) {
      const [delivery] = await process.queue.receive({ runs: ['r'], max: 1 });
      if (delivery === undefined) {
        const { nextDueAt } = await world.queue.depth('r');
        if (nextDueAt === undefined) break;
        world.advance(Math.max(1, nextDueAt - world.now()));
        continue;
      }
      await runBatch(process, delivery);
      await runBatch(process, delivery);
    }
    const counts = await world.ledger.readCounts('r');
    expect(unaccounted(counts)).toBe(0);
    expect(Object.values(await endsOf(world, 'r')).filter((end) => end.includes('AND'))).toEqual([]);
    await world.close();
  });
});
