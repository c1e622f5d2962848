import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { groupByHost } from '../../shared/engine/outcome/group.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { groupOfAddresses } from '../../shared/engine/turns/address-group.ts';
import {
  groupsByAddress,
  groupsByDomain,
  openPaceGroups,
  withPaceGroups,
} from '../../shared/engine/turns/pace-groups.ts';
import type { Outcome } from '../../shared/model.ts';
import { pageRequest } from '../../shared/sources/page.ts';
import { expectAccounted } from './accounts.ts';
import { openDomain } from './domain.ts';
import { enterWorld } from './setting.ts';
import { driveTogether, endsOf, makeJob, outcomesOf, type World } from './world.ts';

const never = { claim: async () => [] };

describe('openPaceGroups', () => {
  it('leaves each host to itself by default, also in jobs from before there was a choice', async () => {
    expect(await openPaceGroups({ paceBy: 'host' }, { startedAt: 0 })).toBeUndefined();
    const { paceBy: _, ...before } = makeJob({
      sources: [{ crawl: { start: 'http://a.test/' } }],
    }).politeness;
    expect(await openPaceGroups(before as never, { startedAt: 0 })).toBeUndefined();
  });

  it.each([
    ['www.example.com', '*.example.com'],
    ['example.com', '*.example.com'],
    ['a.b.example.co.uk:8080', '*.example.co.uk'],
    ['example.com.', '*.example.com'],
    ['xn--bcher-kva.example', '*.xn--bcher-kva.example'],
    // Users' sites have owners of their own.
    ['ann.github.io', '*.ann.github.io'],
    ['x.ann.github.io', '*.ann.github.io'],
    ['github.io', '*.github.io'],
    ['shop.blogspot.com', '*.shop.blogspot.com'],
    // Nothing is registered.
    ['localhost:3000', '*.localhost'],
    ['127.0.0.1:8080', '*.127.0.0.1'],
    ['[::1]:8080', '*.[::1]'],
  ])('paces %s with all of %s, by registered domain', async (host, group) => {
    const groups = await openPaceGroups({ paceBy: 'domain' }, { startedAt: 0 });
    expect(groups?.batchesOf(host)).toBe(group);
    expect(await groups?.clockOf(never, host)).toBe(group);
  });
});

describe('groupsByDomain', () => {
  it('looks for the registered domain of a host once: the list of public suffixes is long', () => {
    const asked: string[] = [];
    const groups = groupsByDomain((name) => {
      asked.push(name);
      return name.slice(2);
    });
    const hosts = ['a.shop.test', 'b.shop.test', 'a.shop.test', 'b.shop.test'];
    expect(new Set(hosts.map((host) => groups.batchesOf(host)))).toEqual(new Set(['*.shop.test']));
    expect(asked).toEqual(['a.shop.test', 'b.shop.test']);
  });
});

describe('groupOfAddresses', () => {
  it.each([
    [['203.0.113.7'], 'ip:203.0.113.7'],
    [['203.0.113.9', '198.51.100.1'], 'ip:198.51.100.1'],
    [['198.51.100.1', '203.0.113.9'], 'ip:198.51.100.1'],
    [['2001:db8::1', '198.51.100.1'], 'ip:198.51.100.1'],
    [['2001:db8:1:2:aaaa::1'], 'ip:2001:db8:1:2::/64'],
    [['2001:DB8:1:2::bbbb'], 'ip:2001:db8:1:2::/64'],
    [['::1'], 'ip:0:0:0:0::/64'],
    [['fe80::1%eth0'], 'ip:fe80:0:0:0::/64'],
    [['::ffff:127.0.0.1'], 'ip:127.0.0.1'],
  ])('of %j is %s', (addresses, group) => {
    expect(groupOfAddresses(addresses)).toBe(group);
  });
});

describe('groupsByAddress', () => {
  it('decides once for all processes, whatever the name answers, and anew for runs of another day', async () => {
    const { ledger } = enterWorld();
    let asked = 0;
    const next = () => {
      asked += 1;
      return `10.0.0.${asked}`;
    };
    const process = (startedAt: number) =>
      groupsByAddress({
        startedAt,
        lookup: (_, __, done) => done(null, [{ address: next(), family: 4 }]),
      });
    const [one, two, tomorrow] = [process(1), process(2), process(90_000_000)];
    const first = await one.clockOf(ledger, 'a.test');
    expect([await one.clockOf(ledger, 'a.test'), await two.clockOf(ledger, 'a.test:8080')]).toEqual([
      first,
      first,
    ]);
    expect(await tomorrow.clockOf(ledger, 'a.test')).not.toBe(first);
    expect(one.batchesOf('a.test')).toBe('a.test');
  });

  it('asks for all addresses of a name, of which the first may be another one each time', async () => {
    const { ledger } = enterWorld();
    const addresses = ['10.0.0.2', '10.0.0.1'];
    const groups = groupsByAddress({
      startedAt: 0,
      lookup: (_, { all }, done) => {
        const [first = ''] = addresses;
        if (all !== true) return done(null, first, 4);
        done(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        );
      },
    });
    expect(await groups.clockOf(ledger, 'a.test')).toBe('ip:10.0.0.1');
  });

  it('asks again for a name that did not resolve, and nobody for an address', async () => {
    const { ledger } = enterWorld();
    const answers = [[], [{ address: '10.0.0.1', family: 4 }]];
    const groups = groupsByAddress({
      startedAt: 0,
      lookup: (_, __, done) => {
        const found = answers.shift();
        if (found === undefined) throw new Error('it is asked too often');
        if (found.length > 0) return done(null, found);
        // What comes with an error is no address.
        done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), '10.9.9.9');
      },
    });
    expect(await groups.clockOf(never, 'a.test')).toBe('ip:a.test');
    expect(await groups.clockOf(ledger, 'a.test')).toBe('ip:10.0.0.1');
    expect(await groups.clockOf(never, '127.0.0.1:80')).toBe('ip:127.0.0.1');
    expect(await groups.clockOf(never, '[2001:db8::1]:80')).toBe('ip:2001:db8:0:0::/64');
  });
});

describe('groupByHost', () => {
  it('makes the batches of a domain that its outcome names: 10,000 hosts are 200 batches, not 10,000', async () => {
    const links = Array.from({ length: 10_000 }, (_, index) =>
      pageRequest({ url: `http://h${index}.shop.test/`, label: 'default' }),
    );
    const batchSizes = { own: 50, other: 50 };
    const plain: Outcome = {
      run: 'r',
      batch: 'p',
      pages: [],
      items: [],
      links,
      retries: [],
      counts: {},
      batchSizes,
    };
    const outcome = withPaceGroups(plain, await openPaceGroups({ paceBy: 'domain' }, { startedAt: 0 }));
    const children = groupByHost(outcome, { id: 'p', host: '' }, links);
    expect(new Set(children.map(({ batch }) => batch.host))).toEqual(new Set(['*.shop.test']));
    expect(children).toHaveLength(200);
    expect(groupByHost(plain, { id: 'p', host: '' }, links)).toHaveLength(10_000);
  });
});

/** A process that notes when its requests are sent, by the clock that their turns are held against. */
function newProcess(world: World, name: string, sent: Sent[]): Engine {
  const process = world.newProcess(name);
  const noting = (context: RunContext): RunContext['fetcher'] => ({
    ...context.fetcher,
    fetchInTurn: (request, call) => {
      const onSent = (at: number) => {
        sent.push({ run: context.id, host: new URL(request.url).host, at });
        call.onSent?.(at);
      };
      return context.fetcher.fetchInTurn(request, { ...call, onSent });
    },
  });
  const contexts = new Map<RunContext, RunContext>();
  return {
    ...process,
    async contextOf(run) {
      const context = await process.contextOf(run);
      const known = contexts.get(context) ?? { ...context, fetcher: noting(context) };
      contexts.set(context, known);
      return known;
    },
  };
}

interface Sent {
  run: string;
  host: string;
  /** Epoch ms. */
  at: number;
}

function smallestGap(sent: Sent[]): number {
  const times = sent.map(({ at }) => at).sort((a, b) => a - b);
  return Math.min(...times.slice(1).map((at, index) => at - (times[index] ?? at)));
}

const html = (body: string) => ({ headers: { 'content-type': 'text/html' }, body: `<h1>x</h1>${body}` });
const robots = (body: string) => ({ headers: { 'content-type': 'text/plain' }, body });

describe('a run that paces by domain', () => {
  const gapMs = 20;

  it('keeps the gap over all hosts and processes, robots.txt of each host included, and obeys each by itself', async () => {
    const pages = {
      '/': html('<a href=/1>1</a><a href=/2>2</a><a href=/private>3</a>'),
      '/1': html(''),
      '/2': html(''),
      '/private': html(''),
    };
    const { sites, world, origins } = await openDomain({
      'a.shop.test': { ...pages, '/robots.txt': robots('User-agent: *\nDisallow: /private') },
      'b.shop.test': { ...pages, '/robots.txt': robots('User-agent: *\nCrawl-delay: 0.1') },
      'c.shop.test': pages,
    });
    const sent: Sent[] = [];
    const politeness = { gapMs, paceBy: 'domain', slowDown: false };
    const job = makeJob({
      sources: [{ crawl: { start: origins.map((origin) => `${origin}/`) } }],
      pages: { default: { follow: ['a'], fields: { title: 'h1' } } },
      politeness,
    });
    await world.start('r', job);
    await driveTogether(
      world,
      'r',
      ['p', 'q', 's'].map((name) => newProcess(world, name, sent)),
    );
    await expectAccounted(world, 'r');
    const [a = '', b = '', c = ''] = origins;
    const ends = await endsOf(world, 'r');
    const expected = [a, b, c].flatMap((origin) =>
      ['/', '/1', '/2', '/private'].map((path) => [origin + path, 'stored']),
    );
    expect(ends).toEqual({ ...Object.fromEntries(expected), [`${a}/private`]: undefined });
    for (const site of sites) expect(site.hits('/robots.txt')).toBe(1);
    const batches = (await outcomesOf(world, 'r')).map(({ host }) => host);
    expect(new Set(batches)).toEqual(new Set(['', '*.shop.test']));
    expect(sent).toHaveLength(14);
    expect(smallestGap(sent)).toBeGreaterThanOrEqual(gapMs);
    // The crawl-delay of one host is that of all, as soon as it is known: the pages behind the first three come after it.
    expect((await world.ledger.readHost('*.shop.test')).robots?.body).toContain('Crawl-delay: 0.1');
    const lastFive = sent.toSorted((x, y) => x.at - y.at).slice(-5);
    expect(smallestGap(lastFive)).toBeGreaterThanOrEqual(100);
  });

  it('lets an answer that asks for a pause delay the group, and a host that gives no answer itself alone', async () => {
    const { world, origins } = await openDomain({
      'a.shop.test': {
        '/': html(''),
        '/busy': ({ earlier }) =>
          earlier === 0 ? { status: 429, headers: { 'retry-after': '7' } } : html(''),
      },
      'b.shop.test': { '/': { status: 503 }, '/1': { status: 503 } },
      'c.shop.test': { '/': html('') },
    });
    const [a = '', b = '', c = ''] = origins;
    const list = [`${b}/`, `${b}/1`, `${a}/`, `${c}/`, `${a}/busy`];
    const job = makeJob({
      sources: [{ urls: { list, label: 'default' } }],
      politeness: { gapMs, paceBy: 'domain', slowDown: false, robots: 'ignore' },
      fetch: { breakAfter: 1, attempts: 2 },
    });
    await world.start('r', job);
    const delays: string[] = [];
    const process = world.newProcess('p', ({ ledger, ...others }) => ({
      ...others,
      ledger: {
        ...ledger,
        delayHost: async (host, until) => {
          delays.push(host);
          await ledger.delayHost(host, until);
        },
      },
    }));
    await driveTogether(world, 'r', [process]);
    expect(await endsOf(world, 'r')).toMatchObject({
      [`${a}/`]: 'stored',
      [`${c}/`]: 'stored',
      [`${a}/busy`]: 'stored',
    });
    expect(delays.filter((host) => host === '*.shop.test')).toHaveLength(1);
    const hosts = new Set(delays);
    expect(hosts).toEqual(new Set(['*.shop.test', new URL(a).host, new URL(b).host]));
  });
});

describe('a run that paces by address', () => {
  it('keeps the gap over two names of one address, each in batches of its own, and beside a run that paces by host', async () => {
    const gapMs = 20;
    const pages = Object.fromEntries(['/', '/1', '/2', '/3'].map((path) => [path, html('')]));
    const { world, origins } = await openDomain({ 'a.one.test': pages, 'b.two.test': pages });
    const sent: Sent[] = [];
    const list = origins.flatMap((origin) => Object.keys(pages).map((path) => origin + path));
    const job = (paceBy: string) =>
      makeJob({
        sources: [{ urls: { list, label: 'default' } }],
        politeness: { gapMs, paceBy, slowDown: false },
      });
    await world.start('r', job('address'));
    await world.start('alone', job('host'));
    const processes = ['p', 'q'].map((name) => newProcess(world, name, sent));
    await Promise.all([driveTogether(world, 'r', processes), driveTogether(world, 'alone', processes)]);
    for (const run of ['r', 'alone']) {
      await expectAccounted(world, run);
      expect(Object.values(await endsOf(world, run))).toEqual(list.map(() => 'stored'));
    }
    const hosts = origins.map((origin) => new URL(origin).host);
    expect(smallestGap(sent.filter(({ run }) => run === 'r'))).toBeGreaterThanOrEqual(gapMs);
    for (const host of hosts) {
      expect(smallestGap(sent.filter((request) => request.host === host))).toBeGreaterThanOrEqual(gapMs);
    }
    const batches = (await outcomesOf(world, 'r')).map(({ host }) => host);
    expect(new Set(batches)).toEqual(new Set(['', ...hosts]));
  });
});
