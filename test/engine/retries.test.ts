import { describe, expect, it } from 'vitest';
import { isRetried, retryDelayMs } from '../../shared/engine/visit/retry.ts';
import { DropError, RetryError } from '../../shared/errors.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, page, paths } from './site.ts';
import { deliverNext, driveRun, endsOf, makeJob, outcomesOf, type World } from './world.ts';

async function retriesOf(world: World) {
  return (await outcomesOf(world, 'r')).flatMap(({ retries }) => retries);
}

describe('retryDelayMs', () => {
  const pauses = (attempt: number, rule = {}, maxMs = 600_000) =>
    Array.from({ length: 1_000 }, (_, index) =>
      retryDelayMs('r', { url: `https://a.example/${index}`, attempt }, rule, maxMs),
    );

  it.each([
    [0, 1_000],
    [1, 2_000],
    [5, 32_000],
  ])('is spread evenly below a bound that doubles: attempt %d', (attempt, boundMs) => {
    const all = pauses(attempt);
    expect(Math.max(...all)).toBeLessThan(boundMs);
    expect(all.filter((ms) => ms < boundMs / 4).length).toBeGreaterThan(200);
    expect(all.filter((ms) => ms > (boundMs * 3) / 4).length).toBeGreaterThan(200);
  });

  it('is bounded by maxDelayMs, begins with delayMs, and is the same each time', () => {
    expect(Math.max(...pauses(10, {}, 1_500))).toBeLessThan(1_500);
    expect(Math.max(...pauses(0, { delayMs: 60_000 }))).toBeGreaterThan(50_000);
    expect(pauses(0, { delayMs: 0 })).toEqual(pauses(3, { delayMs: 0 }));
    expect(pauses(2)).toEqual(pauses(2));
  });
});

describe('isRetried', () => {
  it('leaves what no list can name to the catalogue', () => {
    expect(isRetried(new RetryError('SOFT_ERROR', ''), { on: [404] })).toBe(true);
    expect(isRetried(new DropError('ADDRESS_REFUSED', ''), { on: ['4xx'] })).toBe(false);
  });
});

describe('a page that fails', () => {
  it('is tried as often as fetch.attempts says, after growing pauses', async () => {
    const site = await openSite({ '/1': { status: 500 }, '/2': page('Two') });
    const world = enterWorld();
    const startedAt = world.now();
    const sources = [{ urls: { list: paths(2, site.origin) } }];
    await world.start('r', makeJob({ sources, fetch: { attempts: 4 } }));
    await driveRun(world, 'r', world.newProcess('p'));

    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, 'failed:HTTP_500': 1, retries: 3 });
    expect(site.hits('/1')).toBe(4);
    const due = (await retriesOf(world)).map(({ notBefore = 0 }) => notBefore);
    const pauses = due.map((at, index) => at - (due[index - 1] ?? startedAt));
    expect(pauses).toHaveLength(3);
    // Turns and deliveries add to them.
    for (const [attempt, pauseMs = 0] of pauses.entries()) {
      const request = { url: `${site.origin}/1`, attempt };
      expect(pauseMs).toBeGreaterThanOrEqual(Math.floor(retryDelayMs('r', request, {}, 600_000)));
    }
  });

  it('is stored when it recovers', async () => {
    const site = await openSite({ '/1': ({ earlier }) => (earlier === 0 ? { status: 503 } : page('One')) });
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(1, site.origin) } }] }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ admitted: 1, stored: 1, retries: 1 });
  });

  it('keeps only itself waiting, not its host, where the answer asks for no pause', async () => {
    const site = await openSite({ '/1': { status: 500 }, '/2': page('Two') });
    const world = enterWorld();
    const sources = [{ urls: { list: paths(2, site.origin) } }];
    await world.start('r', makeJob({ sources, politeness: { slowDown: false }, fetch: { attempts: 2 } }));
    const process = world.newProcess('p');
    while ((await retriesOf(world)).length === 0) await deliverNext(world, 'r', process);
    const { delayedUntil = 0 } = await world.ledger.readHost(new URL(site.origin).host);
    expect(delayedUntil).toBeLessThanOrEqual(world.now());
  });

  it('waits no longer than maxDelayMs on its own account', async () => {
    const site = await openSite({ '/1': { status: 500 } });
    const world = enterWorld();
    const sources = [{ urls: { list: paths(1, site.origin) } }];
    await world.start('r', makeJob({ sources, fetch: { attempts: 5 }, politeness: { maxDelayMs: 1_500 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ 'failed:HTTP_500': 1, retries: 4 });
  });
});

describe('Retry-After', () => {
  it('keeps the whole host waiting for as long as it asks', async () => {
    const world = enterWorld({ batchSize: 2 });
    const asked: number[] = [];
    const site = await openSite({
      ...numbered(6),
      '/robots.txt': { status: 404 },
      '/1': ({ earlier }) =>
        earlier === 0 ? { status: 429, headers: { 'retry-after': '120' } } : page('One'),
      '/2': () => {
        asked.push(world.now());
        return page('Two');
      },
    });
    const startedAt = world.now();
    const sources = [{ urls: { list: paths(6, site.origin) } }];
    await world.start('r', makeJob({ sources, fetch: { concurrencyPerHost: 1 } }));
    await driveRun(world, 'r', world.newProcess('p'));

    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 6, retries: 1 });
    expect((await world.ledger.readHost(new URL(site.origin).host)).delayedUntil).toBeGreaterThan(
      startedAt + 119_000,
    );
    expect(site.log.map(({ path }) => path).slice(0, 2)).toEqual(['/robots.txt', '/1']);
    expect(asked[0]).toBeGreaterThan(startedAt + 119_000);
  });

  it('stops a batch whose next request waits for its turn', async () => {
    const site = await openSite({
      '/1': { status: 429, headers: { 'retry-after': '60' } },
      '/2': page('Two'),
    });
    const world = enterWorld({ maxWaitMs: 2_000 });
    const process = world.newProcess('p');
    const sources = [{ urls: { list: paths(2, site.origin) } }];
    const politeness = { gapMs: 1_000, robots: 'ignore' };
    await world.start('r', makeJob({ sources, politeness, fetch: { attempts: 1 } }));
    await driveRun(world, 'r', process);
    const [, first] = await outcomesOf(world, 'r');
    expect(first?.pages.map(({ url }) => new URL(url).pathname)).toEqual(['/1']);
    expect(await endsOf(world, 'r')).toEqual({
      [`${site.origin}/1`]: 'failed HTTP_429',
      [`${site.origin}/2`]: 'stored',
    });
  });

  it('fails the page when it asks for more than maxDelayMs', async () => {
    const site = await openSite({
      '/1': { status: 503, headers: { 'retry-after': '3600' } },
      '/2': page('Two'),
    });
    const world = enterWorld();
    const sources = [{ urls: { list: paths(2, site.origin) } }];
    await world.start('r', makeJob({ sources, politeness: { maxDelayMs: 600_000 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 1, 'failed:RETRY_AFTER_TOO_LONG': 1 });
    expect(site.hits('/1')).toBe(1);
  });
});
