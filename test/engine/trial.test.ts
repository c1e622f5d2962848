import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, page, paths, type SitePages } from './site.ts';
import { driveTogether, makeJob, type World } from './world.ts';

const minuteMs = 60_000;
const pages = 200;

/** A site that answers its pages with 503 until `isBack`. */
function downUntil(isBack: () => boolean): SitePages {
  const entries = Object.keys(numbered(pages)).map((path) => [
    path,
    () => (isBack() ? page(path) : { status: 503 }),
  ]);
  return { '/robots.txt': { status: 404 }, ...Object.fromEntries(entries) };
}

async function start(world: World, origin: string, politeness: object = {}): Promise<void> {
  const sources = [{ urls: { list: paths(pages, origin) } }];
  const job = makeJob({
    sources,
    politeness: { gapMs: 0, slowDown: false, ...politeness },
    fetch: { concurrencyPerHost: 1 },
  });
  await world.start('r', job);
}

/** Functions' processes: they are ended from outside, and each delivery is billed. */
function newFunction(world: World, name: string): Engine {
  return { ...world.newProcess(name), endsAt: Number.MAX_SAFE_INTEGER };
}

/** Works until the run is over; returns when each batch was delivered, by its id: milliseconds since the start. */
async function deliveriesOf(world: World, functions: Engine[]): Promise<Map<string, number[]>> {
  const startedAt = world.now();
  const deliveries = new Map<string, number[]>();
  for (;;) {
    for (const process of functions) {
      for (const delivery of await process.queue.receive({ runs: ['r'], max: 3 })) {
        const { id } = delivery.batch;
        deliveries.set(id, [...(deliveries.get(id) ?? []), world.now() - startedAt]);
        await runBatch(process, delivery);
      }
    }
    const { nextDueAt } = await world.queue.depth('r');
    if (nextDueAt === undefined) return deliveries;
    world.advance(Math.max(0, nextDueAt - world.now()));
  }
}

const three = (world: World) => ['f', 'g', 'h'].map((name) => newFunction(world, name));

/** Of a batch, how long after the one before each delivery came: milliseconds. */
const gapsOf = (times: number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe('batches of functions that wait for a host that is down', () => {
  it.each<[string, object]>([
    ['host', {}],
    ['domain', { paceBy: 'domain' }],
  ])(
    'are delivered once more in fifteen minutes, but for one that tries the host after each pause: paced by %s',
    async (_, politeness) => {
      const world = enterWorld();
      const site = await openSite(downUntil(() => false));
      await start(world, site.origin, politeness);
      const deliveries = [...(await deliveriesOf(world, three(world))).values()];

      expect(await expectAccounted(world, 'r')).toMatchObject({ 'failed:HOST_DOWN': pages });
      // Ten, and one after each of the six pauses.
      expect(site.log.filter(({ path }) => path !== '/robots.txt')).toHaveLength(16);
      const oftener = deliveries.filter((times) => gapsOf(times).some((gapMs) => gapMs < 10 * minuteMs));
      expect(oftener.length).toBeLessThanOrEqual(7);
      for (const times of deliveries.filter((each) => !oftener.includes(each))) {
        expect(times.length).toBeLessThanOrEqual(2);
      }
    },
  );

  it('go on when it is back, with nothing lost, and it is tried by one request after each pause', async () => {
    const world = enterWorld();
    const startedAt = world.now();
    const site = await openSite(downUntil(() => world.now() > startedAt + 50_000));
    await start(world, site.origin);
    const deliveries = [...(await deliveriesOf(world, three(world))).values()];

    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ stored: pages });
    // Ten, and one after each pause, of 10 and 20 s; the third is over when the host is back.
    expect(counts['retries']).toBe(12);
    expect(Math.max(...deliveries.map((times) => times.length))).toBeLessThanOrEqual(3);
    expect(deliveries.flat().length).toBeLessThan(2.2 * deliveries.length);
    expect(world.now() - startedAt).toBeLessThan(16 * minuteMs);
  });

  it('wait for the result in their functions where it comes in time for that, and are sent again for nothing', async () => {
    const world = enterWorld({ maxWaitMs: 15_000 });
    const site = await openSite(downUntil(() => true));
    const { host } = new URL(site.origin);
    await world.ledger.updateHost(host, { breaker: { opens: 1, at: world.now() - 10_001 } });
    await start(world, site.origin);
    let sent = 0;
    const functions = three(world);
    for (const { queue } of functions) {
      const { send } = queue;
      queue.send = async (batches) => {
        sent += batches.length;
        return send(batches);
      };
    }
    await driveTogether(world, 'r', functions);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: pages });
    expect(sent).toBe(pages / 5);
    expect((await world.ledger.readHost(host)).breaker).toMatchObject({ opens: 0 });
  });

  it('try it themselves where the one that was to do so does not come', async () => {
    const world = enterWorld();
    const site = await openSite(downUntil(() => true));
    const at = world.now() - 10_001;
    await world.ledger.updateHost(new URL(site.origin).host, { breaker: { opens: 1, at } });
    await start(world, site.origin);
    const dying = newFunction(world, 'dying');
    dying.ledger = {
      ...dying.ledger,
      async reserveSlots() {
        throw new Error('dead');
      },
    };
    const seed = await dying.queue.receive({ runs: ['r'], max: 1 });
    for (const delivery of seed) await runBatch(dying, delivery);
    const [first] = await dying.queue.receive({ runs: ['r'], max: 1 });
    if (first !== undefined) await expect(runBatch(dying, first)).rejects.toThrow('dead');
    const deliveries = [...(await deliveriesOf(world, three(world))).values()];
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: pages });
    expect(deliveries.flat().length).toBeLessThan(2.5 * deliveries.length);
  });
});
