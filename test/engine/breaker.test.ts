import { describe, expect, it } from 'vitest';
import { givenUpError, watchFailures } from '../../shared/engine/turns/breaker.ts';
import type { PageFact } from '../../shared/model.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, page, paths, type SiteAnswer, type SitePages } from './site.ts';
import { driveRun, makeJob, type World } from './world.ts';

/** A site that answers its pages with `answer` until `isBack`. */
function siteOf(count: number, isBack: () => boolean, answer: SiteAnswer = { status: 503 }): SitePages {
  const pages = Object.keys(numbered(count)).map((path) => [path, () => (isBack() ? page(path) : answer)]);
  return { '/robots.txt': { status: 404 }, ...Object.fromEntries(pages) };
}

async function start(world: World, origin: string, count: number, fetch: object = {}): Promise<void> {
  const sources = [{ urls: { list: paths(count, origin) } }];
  const politeness = { gapMs: 0, slowDown: false };
  await world.start(
    'r',
    makeJob({ sources, politeness, fetch: { concurrencyPerHost: 1, attempts: 2, ...fetch } }),
  );
}

const hostOf = (origin: string) => new URL(origin).host;

/** Records failures with these codes in turn, and says after how many the host is left alone. */
function opensAfter(codes: string[], opens = 0): { visits?: number; change: unknown } {
  const job = makeJob({ sources: [{ urls: { list: ['http://a.test/'] } }] });
  const streak = watchFailures(new Map(), 'a.test', job, { opens, at: 0 });
  const index = codes.findIndex((code) => streak.add({ fact: { code } as PageFact }, 0) !== undefined);
  return { ...(index === -1 ? {} : { visits: index + 1 }), change: streak.change(7) };
}

const ofProxies = [
  'PROXY_FAILED',
  'PROXY_REFUSED',
  'PROXY_LOST',
  'PROXY_AUTH',
  'PROXY_PRIVATE',
  'PROXIES_DOWN',
] as const;

describe('watchFailures', () => {
  it.each(ofProxies)('takes %s for no failure of the host, and for no answer of it either', (code) => {
    expect(opensAfter(Array(30).fill(code))).toEqual({ change: undefined });
    // It stays on trial after a pause: nothing has shown that it is back.
    expect(opensAfter([code, 'HTTP_503'], 2)).toEqual({ visits: 2, change: { opens: 3, at: 7 } });
    expect(opensAfter([code], 2)).toEqual({ change: undefined });
    const mixed = [...Array(9).fill('HTTP_503'), code, 'HTTP_503'];
    expect(opensAfter(mixed)).toEqual({ visits: 11, change: { opens: 1, at: 7 } });
  });

  it('takes an answer that is none of these for one of the host', () => {
    expect(opensAfter(['HTTP_404'], 2)).toEqual({ change: { opens: 0, at: 0 } });
    const mixed = [...Array(9).fill('HTTP_503'), 'HTTP_404', ...Array(9).fill('HTTP_503')];
    expect(opensAfter(mixed)).toEqual({ change: undefined });
  });
});

describe('watchFailures', () => {
  it.each([
    ['HTTP_519', false],
    ['HTTP_520', true],
    ['HTTP_530', true],
    ['HTTP_531', false],
    ['HTTP_500', false],
  ])('takes %s for a failure of the host: %j', (code, isOfHost) => {
    expect(opensAfter(Array(10).fill(code)).visits).toBe(isOfHost ? 10 : undefined);
  });

  it('says nothing more once it has opened, and tells of the first answer of a host on trial alone', () => {
    const job = makeJob({ sources: [{ urls: { list: ['http://a.test/'] } }], fetch: { breakAfter: 1 } });
    const add = (opens: number, ...codes: (string | undefined)[]) => {
      let answers = 0;
      const onAnswer = () => {
        answers += 1;
      };
      const streak = watchFailures(new Map(), 'a.test', job, { opens, at: 0 }, onAnswer);
      const pauses = codes.map((code) => streak.add({ fact: { code } as PageFact }, 1));
      return { pauses, answers, change: streak.change(7) };
    };
    const failed = add(0, 'HTTP_503', 'HTTP_503', undefined);
    expect(failed).toEqual({
      pauses: [10_001, undefined, undefined],
      answers: 0,
      change: { opens: 1, at: 7 },
    });
    expect(add(2, undefined, undefined)).toMatchObject({ answers: 1, change: { opens: 0 } });
    expect(add(0, undefined)).toMatchObject({ answers: 0, change: undefined });
  });
});

it.each<[opens: number, agoMs: number, isGivenUp: boolean]>([
  [6, 0, false],
  [7, 0, true],
  [7, 3_600_000, true],
  [7, 3_600_001, false],
])('a host that was left alone %i times, the last %i ms ago, is given up: %j', (opens, agoMs, isGivenUp) => {
  const now = 5_000_000;
  expect(givenUpError('a.test', { opens, at: now - agoMs }, now)?.code).toBe(
    isGivenUp ? 'HOST_DOWN' : undefined,
  );
  expect(givenUpError('a.test', undefined, now)).toBeUndefined();
});

describe('the circuit breaker of a host', () => {
  it.each<[string, SiteAnswer]>([
    ['503', { status: 503 }],
    ['504', { status: 504 }],
    ['challenges', { status: 403, headers: { 'cf-mitigated': 'challenge' } }],
  ])(
    'leaves the host alone after ten failures in a row, and loses no page of those behind: %s',
    async (_, answer) => {
      const world = enterWorld();
      const startedAt = world.now();
      const site = await openSite(siteOf(60, () => world.now() > startedAt + 25_000, answer));
      await start(world, site.origin, 60, answer.status === 403 ? { retry: { on: ['BLOCKED'] } } : {});
      await driveRun(world, 'r', world.newProcess('p'));

      const counts = await expectAccounted(world, 'r');
      expect(counts).toMatchObject({ stored: 60 });
      // Ten, and one after each pause, of 10 and 20 s.
      expect(counts['retries']).toBe(11);
      expect((await world.ledger.readHost(hostOf(site.origin))).breaker).toEqual({ opens: 0, at: 0 });
    },
  );

  it('gives a host up that stays down, without asking for each page', async () => {
    const world = enterWorld();
    const startedAt = world.now();
    const site = await openSite(siteOf(200, () => false));
    await start(world, site.origin, 200);
    await driveRun(world, 'r', world.newProcess('p'));

    const counts = await expectAccounted(world, 'r');
    expect(counts['failed:HOST_DOWN']).toBeGreaterThan(180);
    expect(counts['failed']).toBe(200);
    expect(site.log.length).toBeLessThan(30);
    expect(world.now() - startedAt).toBeGreaterThan(600_000);
    expect(world.now() - startedAt).toBeLessThan(1_400_000);
  });

  it('asks it again an hour later', async () => {
    const world = enterWorld();
    const site = await openSite(siteOf(3, () => true));
    await world.ledger.updateHost(hostOf(site.origin), { breaker: { opens: 7, at: world.now() } });
    await start(world, site.origin, 3);
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ 'failed:HOST_DOWN': 3 });

    const later = enterWorld();
    await later.ledger.updateHost(hostOf(site.origin), {
      breaker: { opens: 7, at: later.now() - 3_600_001 },
    });
    await start(later, site.origin, 3);
    await driveRun(later, 'r', later.newProcess('p'));
    expect(await expectAccounted(later, 'r')).toMatchObject({ stored: 3 });
  });

  it('counts an answer of any other kind as one, and begins anew', async () => {
    const world = enterWorld();
    const pages = siteOf(40, () => false);
    for (const path of ['/8', '/16', '/24', '/32', '/40']) pages[path] = { status: 404 };
    const site = await openSite(pages);
    await start(world, site.origin, 40, { attempts: 1 });
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ 'failed:HTTP_503': 35, 'failed:HTTP_404': 5 });
  });

  it('does not open for pages that fail one by one: 500 and 404', async () => {
    const world = enterWorld();
    const site = await openSite(siteOf(40, () => false, { status: 500 }));
    await start(world, site.origin, 40, { attempts: 1 });
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ 'failed:HTTP_500': 40 });
  });

  it('never opens with breakAfter: 0', async () => {
    const world = enterWorld();
    const site = await openSite(siteOf(40, () => false));
    await start(world, site.origin, 40, { attempts: 1, breakAfter: 0 });
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ 'failed:HTTP_503': 40 });
  });

  it('opens for a host that cannot be reached at all, before its robots.txt is read', async () => {
    const world = enterWorld();
    const site = await openSite({});
    await site.close();
    await start(world, site.origin, 100);
    await driveRun(world, 'r', world.newProcess('p'));
    const counts = await expectAccounted(world, 'r');
    expect(counts['failed']).toBe(100);
    expect(counts['failed:HOST_DOWN']).toBeGreaterThan(80);
  });
});
