import { describe, expect, it } from 'vitest';
import { mergeSessions } from '../../shared/engine/sessions/merge-sessions.ts';
import type { SessionChange } from '../../shared/model.ts';
import { countFailures, unsealContent } from '../../shared/sessions/sealed-session.ts';
import { expectAccounted } from './accounts.ts';
import { loginJob, openLoginSite } from './login-site.ts';
import { openPoolSite, type PoolSite, type PoolSiteOptions, poolJob } from './pool-site.ts';
import { enterWorld } from './setting.ts';
import { deliverNext, driveRun, driveTogether, makeJob, outcomesOf, type World } from './world.ts';

const key = new Uint8Array(32).fill(5);
const env = { SPINNERET_SESSION_KEY: Buffer.from(key).toString('base64') };
const titlesOf = (pages: number) =>
  ['Home', ...Array.from({ length: pages }, (_, index) => `Page /p/${index + 1}`)].sort();

async function titles(world: World, run = 'r'): Promise<unknown[]> {
  const items = (await outcomesOf(world, run)).flatMap((outcome) => outcome.items);
  return items.map(({ fields }) => fields['title']).sort();
}

async function begin(
  pool: Record<string, unknown>,
  options: PoolSiteOptions = {},
  more: { env?: Record<string, string>; job?: Record<string, unknown> } = {},
): Promise<{ site: PoolSite; world: World }> {
  const site = await openPoolSite(options);
  const world = enterWorld({}, { ...env, ...more.env });
  await world.start('r', makeJob(poolJob(site, pool, more.job)));
  return { site, world };
}

const fourProcesses = (world: World) => ['p', 'q', 's', 't'].map((name) => world.newProcess(name));

async function contentOf(world: World, name: string) {
  const record = await world.ledger.readSession(`test/${name}`);
  return record === undefined ? undefined : unsealContent(key, `test/${name}`, record);
}

describe('a pool of sessions', () => {
  it('gives each of its sessions cookies of its own, whichever process uses it', async () => {
    const { site, world } = await begin({ count: 3 }, { pages: 60 });
    await driveTogether(world, 'r', fourProcesses(world));
    expect(await titles(world)).toEqual(titlesOf(60));
    const visitors = new Set(
      await Promise.all(
        [0, 1, 2].map(
          async (seat) => [...((await contentOf(world, `pool#${seat}`))?.jar.values() ?? [])][0]?.value,
        ),
      ),
    );
    expect(visitors.size).toBe(3);
    expect(visitors).not.toContain(undefined);
    for (const visitor of visitors) expect(site.shown().get(visitor ?? '')).toBeGreaterThan(0);
    await expectAccounted(world, 'r');
  });

  it('goes on with the next session where one is refused, and makes the refused ones anew', async () => {
    const { site, world } = await begin(
      { count: 3, retireAfter: 1 },
      { pages: 40, pagesPerVisitor: 9 },
      { job: { fetch: { concurrencyPerHost: 1 } } },
    );
    await driveTogether(world, 'r', [world.newProcess('p'), world.newProcess('q')]);
    expect(await titles(world)).toEqual(titlesOf(40));
    const counts = await expectAccounted(world, 'r');
    const refused = site.log.filter(({ status }) => status === 403).length;
    expect(counts['sessions:rotated']).toBe(refused);
    expect(counts['failed'] ?? 0).toBe(0);
    expect(counts['sessions:retired']).toBeGreaterThan(0);
    expect(counts['retries']).toBeGreaterThanOrEqual(refused);
  });

  it('counts no attempt for it: a page with one attempt is stored by the last session of the pool', async () => {
    const { world, site } = await begin(
      {
        accounts: ['a', 'b', 'c'].map((name) => ({ token: `\${env:KEY_${name.toUpperCase()}}` })),
        bearer: '${account:token}',
      },
      { pages: 1, refusedKeys: ['key-of-a', 'key-of-b'] },
      { env: { KEY_A: 'key-of-a', KEY_B: 'key-of-b', KEY_C: 'key-of-c' }, job: { fetch: { attempts: 1 } } },
    );
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await titles(world)).toEqual(titlesOf(1));
    expect([...site.shown().keys()]).toEqual(['Bearer key-of-c']);
  });

  it('fails a page that is refused to all, after each key was asked once', async () => {
    const tokens = ['a', 'b', 'c', 'd'].map((name) => ({ token: `key-of-${name}` }));
    const keys = { accounts: '${env:ACCOUNTS}', bearer: '${account:token}' };
    const { site, world } = await begin(
      keys,
      { pages: 6, closed: ['/p/3'] },
      { env: { ACCOUNTS: JSON.stringify(tokens) } },
    );
    await driveRun(world, 'r', world.newProcess('p'));
    const asked = site.log.filter(({ path }) => path === '/p/3');
    expect(asked).toHaveLength(4);
    expect(new Set(asked.map(({ visitor }) => visitor)).size).toBe(4);
    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ failed: 1, 'failed:HTTP_403': 1, stored: 6, 'sessions:rotated': 3 });
    expect(counts['sessions:retired']).toBeUndefined();

    // Sessions that can be made anew have two rounds.
    const open = await begin({ count: 3 }, { pages: 6, closed: ['/p/3'] });
    await driveRun(open.world, 'r', open.world.newProcess('p'));
    expect(open.site.log.filter(({ path }) => path === '/p/3')).toHaveLength(6);
  });

  it('lets an account whose key is refused rest until the run ends, and halts when all do', async () => {
    const pool = {
      accounts: '${env:ACCOUNTS}',
      apiKey: { header: 'authorization', value: '${account:token}' },
      retireAfter: 1,
    };
    const accounts = [{ token: 'first-key' }, { token: 'other-key' }];
    const { site, world } = await begin(
      pool,
      { pages: 30, refusedKeys: ['first-key'] },
      { env: { ACCOUNTS: JSON.stringify(accounts) } },
    );
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await titles(world)).toEqual(titlesOf(30));
    // Those that were under way at once, at most.
    expect(site.log.filter(({ visitor }) => visitor === 'first-key').length).toBeLessThanOrEqual(5);
    expect((await world.ledger.readCounts('r'))['sessions:retired']).toBe(1);

    // A further run asks it again; with both refused it pauses, and says why.
    const shut = await openPoolSite({ refusedKeys: ['first-key', 'other-key'] });
    const list = Array.from({ length: 30 }, (_, index) => `${shut.origin}/p/${index}`);
    await world.start('r2', makeJob(poolJob(shut, pool, { sources: [{ urls: { list } }] })));
    const process = world.newProcess('q');
    while ((await world.ledger.readRun('r2'))?.state === 'running') await deliverNext(world, 'r2', process);
    expect((await world.ledger.readRun('r2'))?.reason).toMatchObject({
      code: 'SESSION_OVER',
      message: expect.stringContaining('all 2 sessions of pool'),
    });
    expect(new Set(shut.log.map(({ visitor }) => visitor)).size).toBe(2);
  });

  it('logs in once for each account, whatever the number of processes and of sessions', async () => {
    const site = await openLoginSite({ pages: 40 });
    const world = enterWorld({}, { ...env, PASS_1: site.password, PASS_2: site.password });
    const { sessions, ...job } = loginJob(site);
    const { login } = sessions.member;
    const [open] = login.steps;
    const form = { form: { select: '#login', fields: { user: '${account:user}', pass: '${account:pass}' } } };
    const member = {
      ...sessions.member,
      login: { ...login, steps: [open, form] },
      accounts: [
        { user: 'ann', pass: '${env:PASS_1}' },
        { user: 'ann', pass: '${env:PASS_2}' },
      ],
    };
    await world.start('r', makeJob({ ...job, sessions: { member } }));
    await driveTogether(world, 'r', fourProcesses(world));
    expect(await titles(world)).toEqual(titlesOf(40));
    expect(site.logins()).toBe(2);
    expect(site.sessions.size).toBe(2);
    expect((await world.ledger.readCounts('r'))['sessions:logins']).toBe(2);
    const outcomes = JSON.stringify(await outcomesOf(world, 'r'));
    expect(outcomes).not.toContain(site.password);
  });

  it('follows a redirect in the session that was sent there', async () => {
    const real = await openPoolSite();
    const keys = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ token: `key-of-${name}` }));
    const own = enterWorld({}, { ...env, ACCOUNTS: JSON.stringify(keys) });
    const pool = { accounts: '${env:ACCOUNTS}', bearer: '${account:token}' };
    const list = Array.from({ length: 20 }, (_, index) => `${real.origin}/moved/${index}`);
    await own.start('r', makeJob(poolJob(real, pool, { sources: [{ urls: { list } }] })));
    await driveRun(own, 'r', own.newProcess('p'));
    const visitorOf = (path: string) => real.log.find((entry) => entry.path === path)?.visitor;
    for (let index = 0; index < 20; index += 1) {
      expect(visitorOf(`/p/${index}`)).toBe(visitorOf(`/moved/${index}`));
    }
    expect(new Set(real.log.map(({ visitor }) => visitor)).size).toBeGreaterThan(1);
  });

  it('has sessions of its own for each host, so that what one host refuses goes on at the others', async () => {
    const one = await openPoolSite({ pages: 12, pagesPerVisitor: 4 });
    const other = await openPoolSite({ pages: 12 });
    const world = enterWorld({}, env);
    const job = poolJob(one, { count: 2, per: 'host', retireAfter: 1, hosts: [one.host, other.host] });
    const sources = [{ crawl: { start: [`${one.origin}/`, `${other.origin}/`] } }];
    await world.start('r', makeJob({ ...job, sources, fetch: { concurrencyPerHost: 1 } }));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await titles(world)).toEqual([...titlesOf(12), ...titlesOf(12)].sort());
    const generations = await Promise.all(
      [one, other].flatMap(({ host }) =>
        [0, 1].map(
          async (seat) => (await world.ledger.readSession(`test/pool#${seat}@${host}`))?.generation ?? 0,
        ),
      ),
    );
    expect(Math.max(...generations.slice(0, 2))).toBeGreaterThan(1);
    expect(Math.max(...generations.slice(2))).toBe(1);
  });

  it('counts failures once, however often an outcome is merged', async () => {
    const { world } = await begin({ count: 2, retireAfter: 9 }, { pages: 2 });
    const process = world.newProcess('p');
    await driveRun(world, 'r', process);
    const context = await process.contextOf('r');
    const outcome = (await outcomesOf(world, 'r')).find(({ sessions = [] }) => sessions.length > 0);
    if (outcome?.sessions === undefined) throw new Error('no batch used a session');
    const [{ name, generation }] = outcome.sessions as [SessionChange];
    const failuresAfter = async (batch: string, inARow: number, hasSucceeded = false) => {
      const change = { name, generation, failures: { inARow, hasSucceeded } };
      await mergeSessions(process, context, { ...outcome, batch, sessions: [change] });
      return countFailures((await contentOf(world, name)) ?? {});
    };
    expect(await failuresAfter('one', 2)).toBe(2);
    expect(await failuresAfter('one', 2)).toBe(2);
    expect(await failuresAfter('two', 1)).toBe(3);
    expect(await failuresAfter('one', 2)).toBe(3);
    expect(await failuresAfter('three', 1, true)).toBe(1);
  });
});
