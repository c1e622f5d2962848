import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { openBatchSessions } from '../../shared/engine/sessions/batch-sessions.ts';
import { mergeSessions } from '../../shared/engine/sessions/merge-sessions.ts';
import { cookieHeaderFor, readSetCookies } from '../../shared/sessions/jar.ts';
import { sealContent, sealCookies, unsealContent } from '../../shared/sessions/sealed-session.ts';
import { pageRequest } from '../../shared/sources/page.ts';
import { expectAccounted } from './accounts.ts';
import { Crash, type CrashPoint, crashingPorts } from './crash.ts';
import { type LoginSite, loginJob, openLoginSite } from './login-site.ts';
import { enterWorld } from './setting.ts';
import {
  deliverNext,
  driveRun,
  driveTogether,
  endsOf,
  leaseMs,
  makeJob,
  outcomesOf,
  type World,
} from './world.ts';

const key = new Uint8Array(32).fill(5);
const envFor = (site: LoginSite) => ({
  PASS: site.password,
  SPINNERET_SESSION_KEY: Buffer.from(key).toString('base64'),
});

async function begin(site: LoginSite, more: Record<string, unknown> = {}) {
  const world = enterWorld({}, envFor(site));
  await world.start('r', makeJob(loginJob(site, more)));
  return world;
}

async function titles(world: World): Promise<unknown[]> {
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  return items
    .filter((item) => item.missing === undefined)
    .map(({ fields }) => fields['title'])
    .sort();
}

const expected = (pages = 12) =>
  ['Home', ...Array.from({ length: pages }, (_, index) => `Page /p/${index + 1}`)].sort();

/** The store with its log, as bytes. */
function storeBytes(world: World): Buffer {
  return Buffer.concat(['store.db', 'store.db-wal'].map((name) => readFileSync(join(world.folder, name))));
}

async function recordOf(world: World) {
  const record = await world.ledger.readSession('test/member');
  const content = record === undefined ? undefined : unsealContent(key, 'test/member', record);
  return { record, content };
}

describe('a run in a session', () => {
  it('logs in once for several processes, takes all pages, and follows no link that logs out or buys', async () => {
    const site = await openLoginSite();
    const world = await begin(site);
    await driveTogether(
      world,
      'r',
      ['p', 'q', 's', 't'].map((name) => world.newProcess(name)),
    );
    expect(await titles(world)).toEqual(expected());
    expect(site.logins()).toBe(1);
    expect(site.log.map(({ path }) => path)).not.toContain('/logout');
    const counts = await expectAccounted(world, 'r');
    expect(counts['refused:action']).toBe(2);
    const sent = site.log.find(({ body }) => body !== '');
    expect(Object.fromEntries(new URLSearchParams(sent?.body))).toEqual({
      csrf: 'token-1',
      user: 'ann',
      pass: site.password,
      go: 'in',
    });
  });

  it('keeps cookies of redirects and of errors, sealed, and merges them into the session', async () => {
    const site = await openLoginSite();
    const world = await begin(site);
    await driveRun(world, 'r', world.newProcess('p'));
    const { content } = await recordOf(world);
    const sent = cookieHeaderFor(content?.jar ?? new Map(), new URL(site.origin), Date.now());
    expect(
      sent
        .split('; ')
        .map((pair) => pair.split('=')[0])
        .sort(),
    ).toEqual(['busy', 'gate', 'seen', 'sid']);
    expect(site.log.filter(({ path }) => path === '/p/1')).toHaveLength(2);
    expect(site.log.filter(({ path }) => path === '/p/2')).toHaveLength(2);
  });

  it('stores no secret: no password, cookie or token, in any usual form', async () => {
    const site = await openLoginSite();
    const world = await begin(site);
    await driveRun(world, 'r', world.newProcess('p'));
    const { content } = await recordOf(world);
    const secrets = [site.password, ...(content?.cookies ?? []).map(({ value }) => value)].filter(
      (text) => text.length >= 11,
    );
    expect(secrets.length).toBeGreaterThan(2);
    const outcomes = JSON.stringify(await outcomesOf(world, 'r'));
    const stored = storeBytes(world);
    for (const secret of secrets) {
      const forms = [secret, encodeURIComponent(secret), secret.replaceAll('&', '&amp;')];
      for (const form of [...forms, Buffer.from(secret).toString('base64').replace(/=+$/, '')]) {
        expect(outcomes).not.toContain(form);
        expect(stored.includes(form)).toBe(false);
      }
    }
    expect(outcomes).toContain('[secret]');
  });

  it('logs in no oftener than it may, and pauses with what to do', async () => {
    const site = await openLoginSite({ pagesPerSession: 6 });
    const { sessions } = loginJob(site);
    const login = { ...sessions.member.login, maxLogins: 1 };
    const world = await begin(site, { sessions: { member: { ...sessions.member, login } } });
    const process = world.newProcess('p');
    while ((await world.ledger.readRun('r'))?.state === 'running') await deliverNext(world, 'r', process);
    expect(site.logins()).toBe(1);
    expect(await world.ledger.readRun('r')).toMatchObject({
      state: 'paused',
      reason: { code: 'LOGIN_LIMIT', message: 'session member: the run has logged in 1 time' },
    });
  });

  it('logs in again when the session ends, and fetches the pages that showed it again', async () => {
    const site = await openLoginSite({ pagesPerSession: 6 });
    const world = await begin(site);
    await driveTogether(world, 'r', [world.newProcess('p'), world.newProcess('q')]);
    expect(await titles(world)).toEqual(expected());
    expect(site.logins()).toBe(site.sessions.size);
    expect(site.logins()).toBeLessThanOrEqual(5);
    const counts = await expectAccounted(world, 'r');
    expect(counts['failed'] ?? 0).toBe(0);
    expect((await recordOf(world)).record?.generation).toBe(site.logins());
  });

  it('loses no page to sessions that live shorter than the turns of a batch, of several processes', async () => {
    const site = await openLoginSite({ pages: 60, pagesPerSession: 4 });
    const world = await begin(site);
    await driveTogether(
      world,
      'r',
      ['p', 'q', 's', 't'].map((name) => world.newProcess(name)),
    );
    const counts = await expectAccounted(world, 'r');
    expect(counts['failed'] ?? 0).toBe(0);
    expect(await titles(world)).toEqual(expected(60));
    expect(site.logins()).toBe(site.sessions.size);
  });

  it('does not give up a page at which sessions end that have shown others', async () => {
    let ends = 0;
    const endsAt = (path: string) => path === '/p/7' && ends++ < 4;
    const site = await openLoginSite({ pages: 60, endsAt });
    const world = await begin(site);
    await driveRun(world, 'r', world.newProcess('p'));
    const counts = await expectAccounted(world, 'r');
    expect(ends).toBe(5);
    expect(counts['failed'] ?? 0).toBe(0);
    expect(await titles(world)).toEqual(expected(60));
    expect(site.logins()).toBe(5);
  });

  it('gives a page up that shows the end of the session each time, and says so', async () => {
    const site = await openLoginSite({ pages: 1 });
    const world = await begin(site, {});
    const job = makeJob(loginJob(site));
    const member = job.sessions?.['member'];
    if (member !== undefined) member.endedBy = { text: 'Page /p/1' };
    await world.start('r2', job);
    await driveRun(world, 'r2', world.newProcess('p'));
    const counts = await world.ledger.readCounts('r2');
    expect(counts).toMatchObject({ stored: 1, failed: 1, 'failed:SESSION_ENDED': 1 });
    // The first end is of a login that had shown the start page; the next ones are of new logins.
    expect(site.logins()).toBe(4);
  });

  it('stops the run at a wrong password, after one attempt', async () => {
    const site = await openLoginSite({ password: 'another-password' });
    const world = enterWorld({}, { ...envFor(site), PASS: 'not-the-password' });
    await world.start('r', makeJob(loginJob(site)));
    const process = world.newProcess('p');
    while ((await world.ledger.readRun('r'))?.state === 'running') await deliverNext(world, 'r', process);
    expect(await world.ledger.readRun('r')).toMatchObject({
      state: 'paused',
      reason: { code: 'LOGIN_REFUSED', message: expect.stringContaining('not so: select .user') },
    });
    expect(site.logins()).toBe(1);
    expect(storeBytes(world).includes('not-the-password')).toBe(false);
    // Resumed without a change: one attempt more, and then none.
    for (const logins of [2, 2]) {
      await world.ledger.moveRun('r', ['paused'], 'running');
      while ((await world.ledger.readRun('r'))?.state === 'running') await deliverNext(world, 'r', process);
      expect(site.logins()).toBe(logins);
    }
  });

  it('sends a wrong password once, although others may log in before the outcome says that it is wrong', async () => {
    const site = await openLoginSite({ password: 'another-password' });
    const world = enterWorld({}, { ...envFor(site), PASS: 'not-the-password' });
    const list = Array.from({ length: 10 }, (_, index) => `${site.origin}/p/${index + 1}`);
    await world.start('r', makeJob(loginJob(site, { sources: [{ urls: { list } }] })));
    const refused = Promise.withResolvers<void>();
    const mayWrite = Promise.withResolvers<void>();
    const slow = world.newProcess('slow', (ports) => ({
      ...ports,
      outcomes: {
        ...ports.outcomes,
        async write(outcome) {
          refused.resolve();
          await mayWrite.promise;
          return ports.outcomes.write(outcome);
        },
      },
    }));
    const other = world.newProcess('other');
    await deliverNext(world, 'r', other);
    const [first, second] = await other.queue.receive({ runs: ['r'], max: 2 });
    if (first === undefined || second === undefined) throw new Error('there are two batches');
    const slowly = runBatch(slow, first);
    await refused.promise;
    expect(await runBatch(other, second)).toBe('deferred');
    mayWrite.resolve();
    await slowly;
    expect(site.logins()).toBe(1);
    expect(await world.ledger.readRun('r')).toMatchObject({
      state: 'paused',
      reason: { code: 'LOGIN_REFUSED' },
    });
  });

  it('counts an attempt before it is sent: processes that die in the login send it twice at most', async () => {
    const site = await openLoginSite({ password: 'another-password' });
    const world = enterWorld({}, { ...envFor(site), PASS: 'not-the-password' });
    await world.start('r', makeJob(loginJob(site)));
    for (let death = 0; death < 6; death += 1) {
      const process = world.newProcess(`p${death}`, (ports) => {
        const dead = () => Promise.reject(new Crash('dead'));
        // Before it can say what came of the login.
        const ledger = { ...ports.ledger, moveRun: dead };
        return { ...ports, ledger, outcomes: { ...ports.outcomes, write: dead } };
      });
      const [delivery] = await process.queue.receive({ runs: ['r'], max: 1 });
      if (delivery !== undefined && delivery.batch.host !== '') {
        await expect(runBatch(process, delivery)).rejects.toBeInstanceOf(Crash);
      } else if (delivery !== undefined) await runBatch(world.newProcess('seed'), delivery);
      world.advance(2 * leaseMs + 31_000);
    }
    expect(site.logins()).toBe(2);
  });

  it('sends nothing to a form whose action lies elsewhere', async () => {
    const other = await openLoginSite();
    const site = await openLoginSite({ action: `${other.origin}/login` });
    const world = await begin(site);
    const process = world.newProcess('p');
    while ((await world.ledger.readRun('r'))?.state === 'running') await deliverNext(world, 'r', process);
    expect((await world.ledger.readRun('r'))?.reason?.code).toBe('LOGIN_ELSEWHERE');
    expect(other.log).toEqual([]);
    expect(site.logins()).toBe(0);
  });

  it('drops the cookies of an earlier login', async () => {
    const site = await openLoginSite();
    const world = await begin(site);
    const process = world.newProcess('p');
    await driveRun(world, 'r', process);
    const { record } = await recordOf(world);
    const context = await process.contextOf('r');
    const late = readSetCookies(site.origin, ['sid=stolen-from-before; Path=/'], world.now() + 1_000);
    const [outcome] = await outcomesOf(world, 'r');
    if (outcome === undefined || record === undefined) throw new Error('nothing to merge');
    const changeOf = (generation: number) => ({
      name: 'member',
      generation,
      sealed: sealCookies(key, 'test/member', generation, late),
      hasEnded: true as const,
    });
    await mergeSessions(process, context, { ...outcome, sessions: [changeOf(record.generation - 1)] });
    expect(await world.ledger.readSession('test/member')).toEqual(record);
    for (let times = 0; times < 2; times += 1) {
      await mergeSessions(process, context, { ...outcome, sessions: [changeOf(record.generation)] });
      const merged = await recordOf(world);
      expect(merged.record).toMatchObject({ version: record.version + 1, hasEnded: true });
      expect(merged.content?.cookies.find(({ name }) => name === 'sid')?.value).toBe('stolen-from-before');
    }
  });

  it('reads the session anew for the next step of a chain of redirects, whose cookie another process has', async () => {
    const site = await openLoginSite();
    const world = await begin(site);
    const process = world.newProcess('p');
    await driveRun(world, 'r', process);
    const [outcome] = await outcomesOf(world, 'r');
    const { generation = 0 } = (await recordOf(world)).record ?? {};
    const other = world.newProcess('q');
    const context = await other.contextOf('r');
    const { sessions } = context;
    if (outcome === undefined || sessions === undefined) throw new Error('nothing to merge');
    const request = pageRequest({ url: `${site.origin}/p/3`, label: 'default' });
    const cookiesFor = async (more: { via?: string[] }) => {
      const requests = [{ ...request, ...more }];
      const batch = { id: 'b', host: site.host, requests };
      const opened = await openBatchSessions(other, { ...context, sessions }, batch);
      return !('of' in opened) ? '' : opened.of({ ...request, ...more })?.cookies(request.url);
    };
    expect(await cookiesFor({})).not.toContain('fresh=');
    const fresh = readSetCookies(site.origin, ['fresh=set-along-the-way; Path=/'], world.now());
    const sealed = sealCookies(key, 'test/member', generation, fresh);
    const change = { name: 'member', generation, sealed };
    await mergeSessions(process, await process.contextOf('r'), { ...outcome, sessions: [change] });
    expect(await cookiesFor({ via: [`${site.origin}/`] })).toContain('fresh=set-along-the-way');
  });

  it('uses the session of an earlier run, and logs in again with other settings', async () => {
    const site = await openLoginSite();
    const world = await begin(site);
    await driveRun(world, 'r', world.newProcess('p'));
    await world.start('again', makeJob(loginJob(site)));
    await driveRun(world, 'again', world.newProcess('q'));
    expect(site.logins()).toBe(1);
    const job = makeJob(loginJob(site));
    const member = job.sessions?.['member'];
    if (member?.login !== undefined) member.login.account = 'other';
    await world.start('other', job);
    await driveRun(world, 'other', world.newProcess('s'));
    expect(site.logins()).toBe(2);
  });

  it('logs in again when the token of the login has come to its end, without a request in between', async () => {
    const site = await openLoginSite();
    const world = await begin(site);
    await driveRun(world, 'r', world.newProcess('p'));
    const { record, content } = await recordOf(world);
    if (record === undefined || content === undefined) throw new Error('no session');
    const { generation, version } = record;
    const over = sealContent(key, 'test/member', generation, { ...content, expiresAt: world.now() });
    const next = { generation, version: version + 1, sealed: over };
    expect(await world.ledger.saveSession('test/member', next, world.now() + 60_000)).toBe(true);
    await world.start('again', makeJob(loginJob(site)));
    const before = site.log.length;
    await driveRun(world, 'again', world.newProcess('q'));
    expect(site.logins()).toBe(2);
    expect(site.log.slice(before).find(({ path }) => path !== '/robots.txt')?.path).toBe('/login');
  });

  it('sends nothing in a session that ends while its batch waits', async () => {
    const site = await openLoginSite({ pages: 3 });
    const world = await begin(site);
    await driveRun(world, 'r', world.newProcess('p'));
    const process = world.newProcess('q');
    const { sessions, ...context } = await process.contextOf('r');
    const session = sessions?.named('member');
    if (sessions === undefined || session === undefined) throw new Error('no session');
    const request = pageRequest({ url: `${site.origin}/p/3`, label: 'default' });
    const batch = { id: 'b', host: site.host, requests: [request] };
    const opened = await openBatchSessions(process, { ...context, sessions }, batch);
    if (!('of' in opened) || session.live === undefined) throw new Error('not open');
    session.live.expiresAt = world.now();
    expect(opened.of(request)?.isOver()).toBe(true);
    expect(opened.changes()).toMatchObject([{ name: 'member', hasEnded: true }]);
  });

  it('sends no key over plain http, but within the machine', async () => {
    const site = await openLoginSite();
    const world = enterWorld({}, { ...envFor(site), TOKEN: 'token-of-the-job' });
    const member = { hosts: [site.host, 'x.example.com'], bearer: '${env:TOKEN}' };
    const start = [`${site.origin}/`, 'http://x.example.com/a'];
    const job = {
      sources: [{ urls: { list: start } }],
      sessions: { member },
      politeness: { robots: 'ignore' },
    };
    await world.start('r', makeJob(loginJob(site, job)));
    await driveRun(world, 'r', world.newProcess('p'));
    expect(site.log.find(({ path }) => path === '/')?.headers['authorization']).toBe(
      'Bearer token-of-the-job',
    );
    expect((await endsOf(world, 'r'))['http://x.example.com/a']).toBe('failed SESSION_INSECURE');
  });

  it('says that a session without a login is over', async () => {
    const site = await openLoginSite();
    const world = enterWorld({}, envFor(site));
    const sessions = {
      member: { hosts: [site.host], headers: { 'x-a': '1' }, endedBy: { select: '#login' } },
    };
    await world.start('r', makeJob(loginJob(site, { sessions })));
    const process = world.newProcess('p');
    while ((await world.ledger.readRun('r'))?.state === 'running') await deliverNext(world, 'r', process);
    expect((await world.ledger.readRun('r'))?.reason?.code).toBe('SESSION_OVER');
    expect(site.log.at(-1)?.headers['x-a']).toBe('1');
  });

  it('sends headers, keys and imported cookies to its own hosts alone', async () => {
    const [site, other] = [await openLoginSite(), await openLoginSite()];
    const world = enterWorld({}, { ...envFor(site), USER_NAME: 'ann', TOKEN: 'token-of-the-job' });
    const cookies = `127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\timported-session\n`;
    writeFileSync(join(world.folder, 'cookies.txt'), cookies);
    site.sessions.set('imported-session', 100);
    const basic = { user: '${env:USER_NAME}', password: '${env:TOKEN}' };
    const member = { hosts: [site.host], cookies: 'cookies.txt', basic };
    const start = [`${site.origin}/`, `${other.origin}/`];
    await world.start(
      'r',
      makeJob(loginJob(site, { sources: [{ crawl: { start } }], sessions: { member } })),
    );
    await driveRun(world, 'r', world.newProcess('p'));
    const at = site.log.find(({ path }) => path === '/p/3');
    expect(at?.headers['authorization']).toBe(
      `Basic ${Buffer.from('ann:token-of-the-job').toString('base64')}`,
    );
    expect(at?.cookie).toContain('sid=imported-session');
    expect(other.log.some(({ headers, cookie }) => 'authorization' in headers || cookie !== '')).toBe(false);
    expect(site.log.find(({ path }) => path === '/robots.txt')?.headers['authorization']).toBeUndefined();
  });
});

describe('a process that is killed at any call of the store', () => {
  it('loses no page and no login: those after it take the same pages', async () => {
    const names: string[] = [];
    const probe = await openLoginSite({ pages: 2 });
    const world = await begin(probe);
    await driveRun(
      world,
      'r',
      world.newProcess('p', (ports) => crashingPorts(ports, undefined, names)),
    );
    expect(names).toContain('ledger.saveSession');
    const points = names.flatMap((name, call): CrashPoint[] =>
      /Session|Login|outcomes|commit/.test(name)
        ? [
            { call, phase: 'before' },
            { call, phase: 'after' },
          ]
        : [],
    );
    expect(points.length).toBeGreaterThan(10);
    for (const point of points) await surviveCrash(point);
  }, 60_000);
});

async function surviveCrash(point: CrashPoint): Promise<void> {
  const site = await openLoginSite({ pages: 2 });
  const world = await begin(site);
  const dying = world.newProcess('dying', (ports) => crashingPorts(ports, point));
  await driveRun(world, 'r', dying).catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error;
  });
  world.advance(2 * leaseMs + 31_000);
  await driveRun(world, 'r', world.newProcess('next'));
  expect(await titles(world)).toEqual(expected(2));
  expect(site.logins()).toBeLessThanOrEqual(2);
  await expectAccounted(world, 'r');
}
