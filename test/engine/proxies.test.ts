import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { spentUsd } from '../../shared/cost/cost.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import type { Counts } from '../../shared/model.ts';
import { summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { type LocalProxy, type ProxyOptions, serveProxy } from '../fetch/proxies/local-proxies.ts';
import { expectAccounted } from './accounts.ts';
import { Crash } from './crash.ts';
import { interceptFetch } from './intercept-fetch.ts';
import { loginJob, openLoginSite } from './login-site.ts';
import { enterWorld, openSite } from './setting.ts';
import { robots, type Site, type SitePages } from './site.ts';
import { deliverNext, driveRun, endsOf, makeJob, outcomesOf, type Ports, type World } from './world.ts';

const secret = 'pr0xy,pass word/#@1';
const credentials = `ann:${secret}`;
const env = { PROXY_PASS: secret };

/** A shop window and its pages. */
function openPages(count: number, more: SitePages = {}): Promise<Site> {
  const links = Array.from({ length: count }, (_, index) => `<a href="/p/${index}">p</a>`).join('');
  const all = Array.from(
    { length: count },
    (_, index) => [`/p/${index}`, { body: '<h1>page</h1>' }] as const,
  );
  return openSite({ '/': { body: links }, ...Object.fromEntries(all), ...more });
}

function jobOf(site: Site, proxies: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return makeJob({
    sources: [{ crawl: { start: `${site.origin}/` } }],
    pages: { default: { follow: ['a'], fields: { title: 'h1' } } },
    proxies,
    ...more,
  });
}

async function run(world: World, job: ReturnType<typeof makeJob>): Promise<Counts> {
  await world.start('r', job);
  await driveRun(world, 'r', world.newProcess('worker'));
  return expectAccounted(world, 'r');
}

const serve = (scheme: 'http' | 'https' | 'socks5', options: ProxyOptions = {}) =>
  serveProxy(scheme, { credentials, ...options });
const withUser = ({ url }: LocalProxy) => url.replace('://', '://ann:${env:PROXY_PASS}@');
const tunnels = (proxies: LocalProxy[]) => proxies.map(({ asked }) => asked.length);

describe('a run through proxies', () => {
  it('loses no page and fetches none twice where every third is dead, one answers garbage and one hangs', async () => {
    const site = await openPages(40);
    const faults = ['dead', 'garbage', 'dead', 'hangs', 'dead'] as const;
    const bad = await Promise.all(faults.map((fault) => serve('http', { fault })));
    // The certificate of the HTTPS proxy is of no authority that the job knows.
    const good = await Promise.all([serve('http'), serve('https'), serve('socks5'), serve('http')]);
    const job = jobOf(
      site,
      { list: [...bad, ...good].map(withUser), rotate: 'request' },
      // Where the first three that are asked are bad, the host is taken for down, and the page takes another attempt.
      { fetch: { connectTimeoutMs: 300 } },
    );
    const counts = await run(enterWorld({}, env), job);
    expect(counts['stored']).toBe(41);
    expect(counts['failed']).toBeUndefined();
    expect(site.log).toHaveLength(42);
    const repeated = (counts['proxy:PROXY_FAILED'] ?? 0) + (counts['proxy:PROXY_REFUSED'] ?? 0);
    expect(repeated).toBeGreaterThanOrEqual(5);
    // One that fails is left alone: it has failed those that were under way together, and nobody else.
    expect(repeated).toBeLessThanOrEqual(6 * 8);
    expect(tunnels(good).filter((count) => count > 0)).toHaveLength(3);
  });

  it('takes each of those that one variable holds', async () => {
    const site = await openPages(8);
    const all = [await serveProxy('socks5'), await serveProxy('http')];
    const world = enterWorld({}, { POOL: all.map(({ url }) => url).join(',\n') });
    const counts = await run(world, jobOf(site, { list: '${env:POOL}', rotate: 'request' }));
    expect(counts['stored']).toBe(9);
    expect(tunnels(all).every((count) => count > 0)).toBe(true);
  });

  it('reads robots.txt through the proxy of the host', async () => {
    const site = await openPages(2, { '/robots.txt': { body: 'User-agent: *\nDisallow: /p/1' } });
    const [first, second] = [await serve('socks5'), await serve('http')];
    const counts = await run(enterWorld({}, env), jobOf(site, { list: [first, second].map(withUser) }));
    expect(counts).toMatchObject({ stored: 2, 'refused:robots': 1 });
    expect(site.hits('/robots.txt')).toBe(1);
    expect([...first.asked, ...second.asked].every((asked) => asked === new URL(site.origin).host)).toBe(
      true,
    );
    expect(tunnels([first, second]).filter((count) => count > 0)).toHaveLength(1);
  });

  it('says of a host whose robots.txt no proxy brought nothing that others could read', async () => {
    const site = await openPages(1);
    const proxy = await serve('http', { fault: 'dead' });
    const world = enterWorld({}, env);
    await world.start('r', jobOf(site, { list: withUser(proxy) }));
    const worker = world.newProcess('worker');
    for (let index = 0; index < 4; index += 1) await deliverNext(world, 'r', worker);
    const record = await world.ledger.readHost(new URL(site.origin).host);
    expect(record.robots).toBeUndefined();
    expect(record.breaker).toBeUndefined();
  });

  it('ends a batch at the first request that no proxy can take: the others are neither tried nor counted', async () => {
    const site = await openPages(5);
    const proxy = await serve('http', { fault: 'garbage' });
    const world = enterWorld({}, env);
    const list = [0, 1, 2, 3, 4].map((index) => `${site.origin}/p/${index}`);
    const more = {
      sources: [{ urls: { list } }],
      politeness: { robots: 'ignore' },
      fetch: { concurrencyPerHost: 1 },
    };
    await world.start('r', jobOf(site, { list: withUser(proxy) }, more));
    const worker = world.newProcess('worker');
    for (let batches = 0; batches < 2; batches += 1) await deliverNext(world, 'r', worker);
    const [, outcome] = await outcomesOf(world, 'r');
    expect(outcome?.pages).toMatchObject([{ end: 'retry', code: 'PROXY_FAILED' }]);
    expect(outcome?.retries).toHaveLength(5);
    proxy.behave({});
    await driveRun(world, 'r', worker);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 5, retries: 1 });
  });

  it('waits while no proxy works, and goes on where it stood', async () => {
    const site = await openPages(20);
    const proxy = await serve('http');
    const world = enterWorld({}, env);
    await world.start('r', jobOf(site, { list: withUser(proxy) }, { fetch: { attempts: 1 } }));
    const worker = world.newProcess('worker');
    while (site.log.length < 6) await deliverNext(world, 'r', worker);
    proxy.behave({ fault: 'dead' });
    for (let index = 0; index < 8; index += 1) await deliverNext(world, 'r', worker);
    const halfWay = site.log.length;
    proxy.behave({});
    await driveRun(world, 'r', worker);
    const counts = await expectAccounted(world, 'r');
    expect(halfWay).toBeLessThan(22);
    expect(counts['stored']).toBe(21);
    expect(counts['failed']).toBeUndefined();
  });

  it('is paused where none works for long, and every page keeps its attempts', async () => {
    const site = await openPages(3);
    const proxy = await serve('http', { fault: 'dead' });
    const world = enterWorld({}, env);
    const startedAt = world.now();
    await world.start('r', jobOf(site, { list: withUser(proxy) }, { fetch: { attempts: 1 } }));
    const worker = world.newProcess('worker');
    for (;;) {
      await deliverNext(world, 'r', worker);
      const record = await world.ledger.readRun('r');
      if (record?.state !== 'paused') continue;
      expect(record.reason).toMatchObject({
        code: 'PROXIES_DOWN',
        message: expect.stringContaining(proxy.url),
      });
      break;
    }
    expect(world.now() - startedAt).toBeGreaterThan(600_000);
    expect(site.log).toEqual([]);
    proxy.behave({});
    world.advance(600_000);
    await world.ledger.moveRun('r', ['paused'], 'running');
    await driveRun(world, 'r', worker);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 4 });
  });

  it.each(['http', 'socks5'] as const)(
    'is paused where %s proxies do not take the password',
    async (scheme) => {
      const site = await openPages(1);
      const proxies = [await serve(scheme), await serve(scheme)];
      const world = enterWorld({}, { PROXY_PASS: 'another' });
      await world.start('r', jobOf(site, { list: proxies.map(withUser) }));
      await deliverUntilPaused(world);
      expect((await world.ledger.readRun('r'))?.reason?.code).toBe('PROXY_AUTH');
      expect(site.log).toEqual([]);
    },
  );

  it('takes those that know the password where some do not', async () => {
    const site = await openPages(10);
    const [locked, open] = [await serve('http', { credentials: 'x:y' }), await serve('socks5')];
    const list = [locked, open].map(withUser);
    const counts = await run(
      enterWorld({}, env),
      jobOf(site, { list, rotate: 'request' }, { fetch: { attempts: 1 } }),
    );
    expect(counts).toMatchObject({ stored: 11, 'proxy:PROXY_AUTH': expect.any(Number) });
  });

  it('goes directly only where that is written out', async () => {
    const site = await openPages(2);
    const proxy = await serve('http', { fault: 'dead' });
    const job = jobOf(site, { list: withUser(proxy), direct: 'fallback' });
    expect(await run(enterWorld({}, env), job)).toMatchObject({ stored: 3 });
    expect(proxy.asked).toEqual([]);
  });

  it('a proxy that swallows what it gets is left alone, and its pages are fetched through others', async () => {
    const site = await openPages(12);
    const [bad, good] = [await serve('http', { fault: 'swallows' }), await serve('http')];
    const list = [bad, good].map(withUser);
    const job = jobOf(site, { list, rotate: 'request' }, { fetch: { headersTimeoutMs: 200, attempts: 3 } });
    const world = enterWorld({}, env);
    const counts = await run(world, job);
    expect(counts['stored']).toBe(13);
    expect(counts['proxy:PROXY_LOST']).toBeGreaterThan(0);
    expect((await world.ledger.readHost(new URL(site.origin).host)).breaker).toBeUndefined();
  });

  it('tells a host that is down from its proxies', async () => {
    const [up, down] = [await openPages(3), await openSite({})];
    await down.close();
    const proxies = [await serve('http'), await serve('socks5')];
    const job = makeJob({
      sources: [{ urls: { list: [`${down.origin}/a`, `${up.origin}/p/1`, `${up.origin}/p/2`] } }],
      proxies: { list: proxies.map(withUser) },
      politeness: { robots: 'ignore' },
      fetch: { attempts: 2 },
    });
    const world = enterWorld({}, env);
    const counts = await run(world, job);
    expect(counts).toMatchObject({ stored: 2, failed: 1 });
    expect((await endsOf(world, 'r'))[`${down.origin}/a`]).toMatch(/^failed (CONNECT_FAILED|PROXY_REFUSED)$/);
  });

  it('counts its bytes and what they cost, for the summary and the budget', async () => {
    const site = await openPages(5, { '/p/0': { body: `<h1>${'x'.repeat(100_000)}</h1>` } });
    const proxy = await serve('http');
    const world = enterWorld({}, env);
    const counts = await run(world, jobOf(site, { list: withUser(proxy), pricePerGb: 5 }));
    const { proxyBytes = 0, proxyMicroUsd = 0 } = counts;
    expect(proxyBytes).toBeGreaterThan(100_000);
    expect(Math.abs(proxyMicroUsd - (proxyBytes * 5) / 1_000)).toBeLessThanOrEqual(10);
    expect(spentUsd(counts)).toBeCloseTo((proxyBytes / 1e9) * 5, 4);
    const record = await world.ledger.readRun('r');
    if (record === undefined) throw new Error('no run');
    expect(summaryLines(summarise(record, counts, undefined)).join('\n')).toMatch(
      /proxies 1\d\d(\.\d)? [kK]i?B through them, \$0\.000/,
    );
  });

  it('stops at its budget by the price of its bytes', async () => {
    const site = await openPages(30, {
      '/': { body: '<a href="/p/0">p</a>' },
      ...chain(30, 'x'.repeat(50_000)),
    });
    const proxy = await serve('http');
    const job = jobOf(site, { list: withUser(proxy), pricePerGb: 1_000 }, { limits: { budgetUsd: 0.3 } });
    const counts = await run(enterWorld({ batchSize: 1 }, env), job);
    expect(counts['skipped:LIMIT_BUDGET']).toBeGreaterThan(0);
    expect(counts['stored']).toBeLessThan(30);
  });

  it('takes every turn on the one clock of the host, whatever the proxy', async () => {
    const site = await openPages(6);
    const proxies = [await serve('http'), await serve('http'), await serve('socks5')];
    const politeness = { gapMs: 20, slowDown: false };
    const job = jobOf(site, { list: proxies.map(withUser), rotate: 'request' }, { politeness });
    const world = enterWorld({}, env);
    await world.start('r', job);
    const turns: Record<string, number> = {};
    const worker = world.newProcess('worker', (ports) => ({
      ...ports,
      ledger: {
        ...ports.ledger,
        async reserveSlots(request) {
          const answer = await ports.ledger.reserveSlots(request);
          if (answer.state === 'mine') turns[request.host] = (turns[request.host] ?? 0) + answer.slots.count;
          return answer;
        },
      },
    }));
    await driveRun(world, 'r', worker);
    expect(Object.keys(turns)).toEqual([new URL(site.origin).host]);
    expect(turns[new URL(site.origin).host]).toBeGreaterThanOrEqual(site.log.length);
    expect(tunnels(proxies).filter((count) => count > 0)).toHaveLength(3);
  });
});

/** Pages that each lead to the next. */
function chain(count: number, text: string): SitePages {
  const next = (index: number) => (index + 1 < count ? `<a href="/p/${index + 1}">n</a>` : '');
  const all = Array.from({ length: count }, (_, index) => [
    `/p/${index}`,
    { body: `<h1>${text}</h1>${next(index)}` },
  ]);
  return Object.fromEntries(all) as SitePages;
}

async function deliverUntilPaused(world: World, worker = world.newProcess('worker')): Promise<void> {
  while ((await world.ledger.readRun('r'))?.state !== 'paused') {
    if ((await deliverNext(world, 'r', worker)) === 'over') throw new Error('the run is over');
  }
}

describe('a session', () => {
  const sessionKey = { SPINNERET_SESSION_KEY: Buffer.alloc(32, 7).toString('base64') };

  it('keeps its proxy, for login, robots.txt and pages, whatever rotate says', async () => {
    const site = await openLoginSite({ pages: 8 });
    const proxies = await Promise.all(
      ['http', 'socks5', 'http', 'socks5', 'http'].map((scheme) => serve(scheme as 'http')),
    );
    const world = enterWorld({}, { ...env, ...sessionKey, PASS: site.password });
    const counts = await run(
      world,
      makeJob(loginJob(site, { proxies: { list: proxies.map(withUser), rotate: 'request' } })),
    );
    expect(counts['failed']).toBeUndefined();
    expect(site.logins()).toBe(1);
    const used = proxies.filter(({ asked }) => asked.length > 0);
    // robots.txt belongs to the session's host, and goes the way of the session.
    expect(used).toHaveLength(1);
  });

  it('has a proxy of its own, which no other request uses', async () => {
    const site = await openLoginSite({ pages: 3 });
    const [own, shared] = [await serve('socks5'), await serve('http')];
    const world = enterWorld({}, { ...env, ...sessionKey, PASS: site.password });
    const base = loginJob(site, { proxies: { list: withUser(shared) } }) as { sessions: { member: object } };
    const job = makeJob({ ...base, sessions: { member: { ...base.sessions.member, proxy: withUser(own) } } });
    expect((await run(world, job))['failed']).toBeUndefined();
    expect(own.asked.length).toBeGreaterThan(0);
    expect(shared.asked).toEqual([]);
  });
});

/** Notes what each request was sent in and through, by its path. */
function notingWays(engine: Engine): {
  engine: Engine;
  ways: { path: string; session: string; proxy: string }[];
} {
  const ways: { path: string; session: string; proxy: string }[] = [];
  const noted: Engine = {
    ...engine,
    async contextOf(id) {
      const context = await engine.contextOf(id);
      const { fetcher } = context;
      const fetchInTurn: typeof fetcher.fetchInTurn = async (request, call) => {
        const answer = await fetcher.fetchInTurn(request, call);
        const { session = '' } = call;
        if (answer !== 'late') {
          ways.push({ path: new URL(request.url).pathname, session, proxy: answer.proxy ?? 'none' });
        }
        return answer;
      };
      return { ...context, fetcher: { ...fetcher, fetchInTurn } };
    },
  };
  return { engine: noted, ways };
}

describe('a pool of sessions', () => {
  const sessionKey = { SPINNERET_SESSION_KEY: Buffer.alloc(32, 7).toString('base64') };

  it.each(['run', 'host'])(
    'fetches robots.txt through the proxy of the session whose pages come first, per %s',
    async (per) => {
      const site = await openPages(12, { '/robots.txt': robots('User-agent: *\nAllow: /') });
      const proxies = await Promise.all(Array.from({ length: 7 }, () => serve('socks5')));
      const { host } = new URL(site.origin);
      const world = enterWorld({}, { ...env, ...sessionKey });
      const pool = { hosts: [host], count: 5, per };
      await world.start('r', jobOf(site, { list: proxies.map(withUser) }, { sessions: { pool } }));
      const { engine, ways } = notingWays(world.newProcess('worker'));
      await driveRun(world, 'r', engine);
      expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 13 });
      const [asked, first] = ways;
      expect([asked?.path, first?.path]).toEqual(['/robots.txt', '/']);
      expect(asked?.session).toMatch(per === 'host' ? /^pool#\d@127\.0\.0\.1:\d+$/ : /^pool#\d$/);
      expect({ ...first, path: '' }).toEqual({ ...asked, path: '' });
      const bySession = Map.groupBy(ways, ({ session }) => session);
      expect(bySession.size).toBeGreaterThan(1);
      for (const own of bySession.values()) expect(new Set(own.map(({ proxy }) => proxy)).size).toBe(1);
    },
  );

  it('has a proxy of its own for each account, whose password stands in nothing that a run keeps', async () => {
    const site = await openPages(24, { '/p/0': { body: `<h1>${credentials}</h1>` } });
    const [first, second] = [await serve('http'), await serve('socks5')];
    const accounts = [
      { key: '${env:KEY_A}', proxy: withUser(first) },
      { key: '${env:KEY_B}', proxy: withUser(second) },
    ];
    const pool = {
      hosts: [new URL(site.origin).host],
      bearer: '${account:key}',
      proxy: '${account:proxy}',
      accounts,
    };
    const keys = { KEY_A: 'key-of-account-a', KEY_B: 'key-of-account-b' };
    const world = enterWorld({}, { ...env, ...sessionKey, ...keys });
    const { proxies: _, ...job } = jobOf(site, {}, { sessions: { pool }, proxies: undefined });
    await world.start('r', job as ReturnType<typeof makeJob>);
    const { engine, ways } = notingWays(world.newProcess('worker'));
    await driveRun(world, 'r', engine);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 25 });
    const used = new Set(ways.map(({ session, proxy }) => `${session} ${proxy}`));
    expect([...used].sort()).toEqual([`pool#0 ${first.url}`, `pool#1 ${second.url}`]);
    const kept = ['store.db', 'store.db-wal'].map((name) =>
      readFileSync(join(world.folder, name)).toString('latin1'),
    );
    expect(kept.join('')).not.toContain(secret);
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['parts of an address', 'http://${account:u}:${account:p}@${account:at}', { u: 'ann' }, 'stored'],
    ['a whole one', '${account:proxy}', {}, 'stored'],
    ['none', '${account:absent}', {}, 'ACCOUNTS_INVALID'],
    ['what is none', 'socks4://${account:at}', {}, 'load'],
  ])('takes the values of accounts that a variable holds: %s', async (_, proxy, account, end) => {
    const site = await openPages(1);
    const local = await serve('http');
    const at = `127.0.0.1:${local.port}`;
    const values = {
      ...account,
      p: secret,
      at,
      proxy: local.url.replace('://', `://ann:${encodeURIComponent(secret)}@`),
    };
    const world = enterWorld({}, { ...sessionKey, ACCOUNTS: JSON.stringify([values]) });
    const sessions = { pool: { hosts: [new URL(site.origin).host], accounts: '${env:ACCOUNTS}', proxy } };
    const begin = () => world.start('r', jobOf(site, {}, { sessions, proxies: undefined }));
    if (end === 'load') return expect(begin).toThrow('socks5://');
    await begin();
    const worker = world.newProcess('worker');
    if (end !== 'stored') return expect(worker.contextOf('r')).rejects.toMatchObject({ code: end });
    await driveRun(world, 'r', worker);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2 });
    expect(new Set(local.credentials)).toEqual(new Set([credentials]));
  });
});

describe('a login', () => {
  const sessionKey = { SPINNERET_SESSION_KEY: Buffer.alloc(32, 7).toString('base64') };

  /** A login whose only request goes through a proxy that behaves so the first times. */
  async function loginThrough(
    fault: NonNullable<ProxyOptions['fault']>,
    times: number,
    wrap?: (ports: Ports) => Ports,
  ) {
    const site = await openPages(3, { '/login': { body: '{"token":"t0ken-of-the-login"}' } });
    const proxy = await serve('http');
    const world = enterWorld({}, { ...env, ...sessionKey, PASS: 'pass-of-ann' });
    const request = {
      url: `${site.origin}/login`,
      json: { user: 'ann', pass: '${env:PASS}' },
      token: { path: 'token', header: 'authorization', prefix: 'Bearer ' },
    };
    const member = { hosts: [new URL(site.origin).host], login: { steps: [{ request }] } };
    const more = { sessions: { member }, politeness: { robots: 'ignore' } };
    await world.start('r', jobOf(site, { list: withUser(proxy) }, more));
    let left = times;
    const worker = interceptFetch(world.newProcess('worker', wrap), (url) => {
      if (!url.endsWith('/login')) return;
      left -= 1;
      proxy.behave(left >= 0 ? { fault } : {});
    });
    return { site, world, worker };
  }

  it('costs no attempt as long as nothing of it was sent: a proxy that dies before is none of the account’s', async () => {
    const { site, world, worker } = await loginThrough('dead', 5);
    await expect(deliverUntilPaused(world, worker)).rejects.toThrow('the run is over');
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 4, 'sessions:logins': 1 });
    expect(site.hits('/login')).toBe(1);
  });

  it('costs its attempt where it was sent, and its answer was lost', async () => {
    const { site, world, worker } = await loginThrough('cuts', 5);
    await deliverUntilPaused(world, worker);
    expect((await world.ledger.readRun('r'))?.reason?.code).toBe('LOGIN_REFUSED');
    expect(site.hits('/login')).toBe(2);
    expect((await world.ledger.readCounts('r'))['sessions:logins']).toBe(2);
  });

  it('costs its attempt where the process dies before it gives it back', async () => {
    const { site, world, worker } = await loginThrough('dead', 5, (ports) => ({
      ...ports,
      ledger: { ...ports.ledger, returnLoginAttempt: () => Promise.reject(new Crash('dead')) },
    }));
    for (let deaths = 0; deaths < 2; ) {
      await deliverNext(world, 'r', worker).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
        deaths += 1;
        world.advance(60_000);
      });
    }
    await deliverUntilPaused(world, worker);
    expect((await world.ledger.readRun('r'))?.reason?.code).toBe('LOGIN_REFUSED');
    expect(site.hits('/login')).toBe(0);
  });
});

describe('processes', () => {
  it('tell each other which proxy does not work', async () => {
    const site = await openPages(1);
    const proxy = await serve('http', { fault: 'garbage' });
    const world = enterWorld({}, env);
    await world.start('r', jobOf(site, { list: withUser(proxy) }));
    const [one, other] = [world.newProcess('one'), world.newProcess('other')];
    await deliverNext(world, 'r', one);
    while (proxy.credentials.length === 0) await deliverNext(world, 'r', one);
    const asked = proxy.credentials.length;
    const before = await world.ledger.readHost(`proxy test ${proxy.url}`);
    expect(before.breaker).toMatchObject({ opens: 1 });
    for (let count = 0; count < 3 && proxy.credentials.length === asked; count += 1) {
      const depth = await world.queue.depth('r');
      if ((depth.nextDueAt ?? 0) > (before.breaker?.at ?? 0) + 9_000) break;
      await deliverNext(world, 'r', other);
    }
    expect(proxy.credentials).toHaveLength(asked);
  });
});

describe('user and password of proxies', () => {
  it('stand in nothing that a run keeps, although a proxy and a page echo them', async () => {
    const echo = (text: string) =>
      `<h1>${text} ${Buffer.from(text).toString('base64')} ${encodeURIComponent(text)}</h1>`;
    const site = await openPages(1, { '/p/0': { body: echo(credentials) } });
    const user = 'customer-7f3a';
    const inFile = `${user}:${secret}`;
    const [first, second] = [await serve('http'), await serve('socks5', { credentials: inFile })];
    const bad = await serve('http', { fault: 503 });
    const world = enterWorld(
      {},
      { ...env, MORE: `${bad.url.replace('://', `://ann:${encodeURIComponent(secret)}@`)}` },
    );
    writeFileSync(
      join(world.folder, 'proxies.txt'),
      `# of a vendor\n\n127.0.0.1:${first.port}:ann:${secret}\n${second.url.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@`)}\n`,
    );
    const job = jobOf(site, { file: 'proxies.txt', list: ['${env:MORE}'], rotate: 'request' });
    const counts = await run(world, job);
    expect(counts['stored']).toBe(2);
    expect(first.credentials.concat(second.credentials)).toContain(credentials);
    const kept = ['store.db', 'store.db-wal'].map((name) =>
      readFileSync(join(world.folder, name)).toString('latin1'),
    );
    const all = kept.concat(JSON.stringify(await outcomesOf(world, 'r'))).join('\n');
    for (const text of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(credentials).toString('base64').replace(/=+$/, ''),
      user,
    ]) {
      expect(all).not.toContain(text);
    }
    expect(all).toContain('[secret]');
  });
});
