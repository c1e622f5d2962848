import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveSecrets } from '../../shared/schema/secrets.ts';
import { fingerprintOf, unsealContent } from '../../shared/sessions/sealed-session.ts';
import { expectAccounted } from './accounts.ts';
import { Crash, type CrashPoint, checkPoints, crashingPorts, takeCrashPoints } from './crash.ts';
import { type LoginSite, type LoginSiteOptions, loginJob, openLoginSite } from './login-site.ts';
import { openPoolSite, poolJob } from './pool-site.ts';
import { openSite } from './setting.ts';
import { driveSplit, newProcesses, openSplitWorld, type Seen } from './split-world.ts';
import { endsOf, itemLines, leaseMs, makeJob, outcomesOf, type World } from './world.ts';

const inBrowser = { product: { match: '**/p/*', render: 'browser', fields: { title: 'h1', me: '.me' } } };
const jobOf = (site: LoginSite, more: Record<string, unknown> = {}) =>
  makeJob(loginJob(site, { pages: { ...inBrowser, default: { follow: ['a'] } }, ...more }));

function enter(env: Record<string, string>) {
  const split = openSplitWorld({ env });
  onTestFinished(() => split.world.close());
  return split;
}

async function begin(options: LoginSiteOptions = {}, more: Record<string, unknown> = {}) {
  const site = await openLoginSite(options);
  const split = enter({ PASS: site.password });
  await split.world.start('r', jobOf(site, more));
  return { site, ...split };
}

async function titles(world: World) {
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  return items.map(({ fields }) => fields['title']).sort();
}

const expected = (count = 12) => Array.from({ length: count }, (_, index) => `Page /p/${index + 1}`).sort();

/** How often batches went back from the browser for a session. */
const wentBack = (seen: Seen[]) => seen.filter(({ batch }) => batch.sessions === 'wanted').length;

describe('a session of pages that are read where its secrets are not known', () => {
  it('is opened once, by a process that knows them, and read from there', async () => {
    const { site, ...split } = await begin();
    const seen = await driveSplit(split);
    expect(await titles(split.world)).toEqual(expected());
    expect(site.logins()).toBe(1);
    // It is open when the first page is found. Both batches of pages ask which settings opened it, since neither waits for the other, and the
    // redirect of a page and the retry of another do not.
    expect(wentBack(seen)).toBe(2);
    expect(seen.filter(({ in: where }) => where === 'browser').length).toBeGreaterThan(5);
    const counts = await expectAccounted(split.world, 'r');
    expect(counts).toMatchObject({ 'sessions:logins': 1, rendered: 12 });
    const cookies = [...site.sessions.keys()];
    const stored = JSON.stringify(await outcomesOf(split.world, 'r'));
    for (const cookie of cookies) expect(stored).not.toContain(cookie);
    expect(JSON.stringify(seen)).not.toMatch(new RegExp([...cookies, site.password].join('|')));
  });

  it('is named there by no digest against which passwords can be tried', async () => {
    const { site, ...split } = await begin();
    await driveSplit(split);
    const record = await split.world.ledger.readSession('test/member');
    const key = Buffer.alloc(32, 5);
    const content = record && unsealContent(key, 'test/member', record);
    const { sessions = {} } = jobOf(site);
    const settings = resolveSecrets(sessions['member'], { PASS: site.password });
    if (settings === undefined || content === undefined) throw new Error('no session');
    expect(content.fingerprint).not.toBe(fingerprintOf(settings));
    expect(JSON.stringify([...content.jar.values(), content.headers])).not.toContain(site.password);
  });

  it('is opened again when its answers show there that it has ended, and no page is lost', async () => {
    const { site, ...split } = await begin({ pagesPerSession: 9 });
    const seen = await driveSplit(split);
    expect(await titles(split.world)).toEqual(expected());
    const counts = await expectAccounted(split.world, 'r');
    expect(counts['failed'] ?? 0).toBe(0);
    expect(site.logins()).toBeGreaterThan(1);
    expect(counts['sessions:logins']).toBe(site.logins());

    // At most each batch that is open then, and not one for each of its pages.
    expect(wentBack(seen)).toBeLessThanOrEqual(3 * site.logins());
  });

  it('is opened again at once where it ended a moment ago, and no batch goes to and fro meanwhile', async () => {
    const { site, ...split } = await begin();
    const { ledger } = split.world;
    let wasEnded = false;
    const seen = await driveSplit({
      ...split,
      // Ended by another process, after the worker has read that it is open and before the browser asks.
      browser: {
        ...split.browser,
        ledger: {
          ...split.browser.ledger,
          async readSession(key) {
            const record = await ledger.readSession(key);
            if (wasEnded || record === undefined) return record;
            wasEnded = true;
            await ledger.endSession(key, record.generation);
            return ledger.readSession(key);
          },
        },
      },
    });
    expect(await titles(split.world)).toEqual(expected());
    expect(site.logins()).toBe(2);
    expect(wentBack(seen)).toBeLessThanOrEqual(4);
  });

  it('shares its cookies both ways', async () => {
    const { site, ...split } = await begin(
      { renews: true },
      { pages: { ...inBrowser, default: { follow: ['a'], fields: { title: 'h1' } } } },
    );
    await driveSplit(split);
    const busy = site.log.filter(({ path, cookie }) => path === '/p/2' && cookie.includes('busy='));
    expect(busy).toHaveLength(1);
    const record = await split.world.ledger.readSession('test/member');
    expect(record?.version).toBeGreaterThan(1);
  });

  it('pauses the run where its login is refused, and none is tried elsewhere', async () => {
    const site = await openLoginSite();
    const split = enter({ PASS: 'wrong' });
    await split.world.start('r', jobOf(site, { sources: [{ urls: { list: [`${site.origin}/p/3`] } }] }));
    await driveSplit(split);
    expect((await split.world.ledger.readRun('r'))?.reason?.code).toBe('LOGIN_REFUSED');
    expect(site.logins()).toBe(1);
    expect(site.log.filter(({ body }) => body.includes('stand-in'))).toEqual([]);
  });

  it('is not taken from earlier settings: another account is logged in to', async () => {
    const site = await openLoginSite();
    const split = enter({ PASS: site.password });
    const { world } = split;
    await world.start('r', jobOf(site));
    await driveSplit(split);
    const others = { ...site, password: 'of-another-account' };
    await world.start('later', jobOf(others, { sources: [{ urls: { list: [`${site.origin}/p/3`] } }] }));
    const later = { world, ...newProcesses(world, 'later', { env: { PASS: others.password } }) };
    await driveSplit(later, 'later');
    expect((await world.ledger.readRun('later'))?.reason?.code).toBe('LOGIN_REFUSED');
  });

  it('sends keys of its settings, which no outcome holds, and takes what it knows in their place for no secret', async () => {
    const site = await openSite({
      '/p/1': ({ headers }) => ({
        body: `<h1>a stand-in, and ${headers['x-key']}</h1><p class=me>${headers['accept-language']}</p>`,
      }),
    });
    const split = enter({ KEY: 'key-of-the-account-1' });
    const hosts = [new URL(site.origin).host];
    const apiKey = { header: 'X-Key', value: '${env:KEY}' };
    const job = makeJob({
      sources: [{ urls: { list: [`${site.origin}/p/1`] } }],
      sessions: { api: { hosts, apiKey, headers: { 'accept-language': 'de-AT-1996' } } },
      pages: inBrowser,
    });
    await split.world.start('r', job);
    await driveSplit(split);
    expect(site.log.find(({ path }) => path === '/p/1')?.headers['x-key']).toBe('key-of-the-account-1');
    const items = (await outcomesOf(split.world, 'r')).flatMap((outcome) => outcome.items);
    expect(items.map(({ fields }) => fields)).toEqual([
      { title: 'a stand-in, and [secret]', me: 'de-AT-1996' },
    ]);
  });

  it('of a file of cookies that is over pauses the run, and no batch goes to and fro', async () => {
    const site = await openLoginSite();
    const split = enter({});
    const hosts = [site.host];
    writeFileSync(
      join(split.world.folder, 'cookies.txt'),
      `${site.host.split(':')[0]}\tFALSE\t/\tFALSE\t0\tsid\tover\n`,
    );
    const sessions = { member: { hosts, cookies: 'cookies.txt', endedBy: { select: '#login' } } };
    const sources = [{ urls: { list: [`${site.origin}/p/3`, `${site.origin}/p/4`] } }];
    await split.world.start('r', makeJob({ sources, sessions, pages: inBrowser }));
    const seen = await driveSplit(split);
    expect((await split.world.ledger.readRun('r'))?.reason?.code).toBe('SESSION_OVER');
    expect(wentBack(seen)).toBeLessThanOrEqual(2);
  });

  it.each([
    [
      'accounts that a job lists',
      {
        accounts: ['A', 'B', 'C'].map((name) => ({ token: `\${env:KEY_${name}}` })),
        bearer: '${account:token}',
      },
    ],
    ['accounts of one secret, so many', { accounts: '${env:ALL}', count: 3, bearer: '${account:token}' }],
  ])('may be one of a pool: %s', async (_, pool) => {
    const names = ['a', 'b', 'c'];
    const keys = names.map((name) => ({ token: `key-of-account-${name}` }));
    const site = await openPoolSite({ pages: 12, refusedKeys: ['key-of-account-b'] });
    const split = enter({
      ...Object.fromEntries(keys.map(({ token }) => [`KEY_${token.slice(-1).toUpperCase()}`, token])),
      ALL: JSON.stringify(keys),
    });
    const pages = { ...inBrowser, default: { follow: ['a'] } };
    await split.world.start('r', makeJob(poolJob(site, { ...pool, retireAfter: 2 }, { pages })));
    await driveSplit(split);
    expect(await titles(split.world)).toEqual(expected());
    await expectAccounted(split.world, 'r');
    const sent = new Set(site.log.map(({ visitor }) => visitor));
    for (const visitor of sent) expect(visitor).toMatch(/^Bearer key-of-account-[abc]$/);
    expect(sent.size).toBeGreaterThan(1);
  });

  it('of a job with priorities goes the same way', async () => {
    const { site, ...split } = await begin(
      { pagesPerSession: 9 },
      { pages: { product: { ...inBrowser.product, priority: 3 }, default: { follow: ['a'] } } },
    );
    await driveSplit(split);
    expect(await titles(split.world)).toEqual(expected());
    await expectAccounted(split.world, 'r');
    expect(site.logins()).toBeGreaterThan(1);
  });
});

/** Runs the job with both processes; the first two die at `point`, and two others take over. */
async function runWithCrash(point: CrashPoint | undefined, names: string[] = []) {
  const site = await openLoginSite({ pages: 5, pagesPerSession: 6 });
  const env = { PASS: site.password };
  const split = openSplitWorld({ env, around: (ports) => crashingPorts(ports, point, names) });
  const { world } = split;
  try {
    await world.start('r', jobOf(site));
    const hasCrashed = await driveSplit(split).then(
      () => false,
      (error: unknown) => {
        if (!(error instanceof Crash)) throw error;
        return true;
      },
    );
    if (hasCrashed) {
      world.advance(leaseMs + 1_001);
      await driveSplit({ world, ...newProcesses(world, '-again', { env }) });
    }
    const { state, reason } = (await world.ledger.readRun('r')) ?? {};
    expect(reason).toBeUndefined();
    await expectAccounted(world, 'r');
    const { origin } = site;
    const items = (await itemLines(world, 'r')).map((line) => line.replaceAll(origin, ''));
    const ends = JSON.stringify(await endsOf(world, 'r')).replaceAll(origin, '');
    return { items, ends: JSON.parse(ends), state };
  } finally {
    await world.close();
  }
}

describe('runBatch, killed at every step boundary', () => {
  it('comes to the same items and ends with a session that is opened in one process and read in another', {
    timeout: 240_000,
  }, async ({ task }) => {
    const names: string[] = [];
    const calm = await runWithCrash(undefined, names);
    expect(calm.items).toHaveLength(5);
    expect(names).toEqual(
      expect.arrayContaining(['ledger.readSession', 'ledger.saveSession', 'ledger.endSession']),
    );
    await checkPoints(takeCrashPoints(task, names), names, async (point, where) => {
      const killed = await runWithCrash(point).catch((cause: unknown) => {
        throw new Error(`killed ${where}`, { cause });
      });
      expect(killed, where).toEqual(calm);
    });
  });
});
