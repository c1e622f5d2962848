import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import { makeLoad } from '../../shared/engine/load.ts';
import { workLoop } from '../../shared/engine/loop/work-loop.ts';
import { expectAccounted } from './accounts.ts';
import { interceptFetch } from './intercept-fetch.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, paths } from './site.ts';
import { deliverNext, driveRun, makeJob, outcomesOf } from './world.ts';

/** Long enough for its slack to bear with a machine that has other things to do. */
const gapMs = 1_000;
const pagesPerHost = 3;

interface Sent {
  host: string;
  path: string;
  by: string;
  at: number;
}

/** Notes what is sent in its turn, by the clock that turns are told by. */
function noting(engine: Engine, sent: Sent[]): Engine {
  return {
    ...engine,
    async contextOf(run) {
      const context = await engine.contextOf(run);
      const { fetcher } = context;
      const fetchInTurn: typeof fetcher.fetchInTurn = async (request, call) => {
        const at = engine.now();
        const answer = await fetcher.fetchInTurn(request, call);
        const { host, pathname: path } = new URL(request.url);
        if (answer !== 'late') sent.push({ host, path, by: engine.owner, at });
        return answer;
      };
      return { ...context, fetcher: { ...fetcher, fetchInTurn } };
    },
  };
}

/** Scrapes so many hosts with processes that have all the time in the world, and take at most so many batches. */
async function scrape(hosts: number, owners: string[], concurrency = 4_000): Promise<Sent[]> {
  const sites = await Promise.all(Array.from({ length: hosts }, () => openSite(numbered(pagesPerHost))));
  const world = enterWorld({ batchSize: pagesPerHost, maxWaitMs: 2_000 });
  const list = sites.flatMap(({ origin }) => paths(pagesPerHost, origin));
  await world.start('r', makeJob({ sources: [{ urls: { list } }], politeness: { gapMs, robots: 'ignore' } }));
  const sent: Sent[] = [];
  const over = new AbortController();
  const processes = owners.map((owner) => ({
    ...noting(world.newProcess(owner), sent),
    stopping: over.signal,
    onOver: async () => over.abort(),
  }));
  const options = {
    runs: ['r'],
    concurrency,
    busyShare: () => 0,
    onFault: (error: unknown) => over.abort(error),
  };
  await Promise.all(processes.map((process) => workLoop(process, options)));
  expect(await expectAccounted(world, 'r')).toMatchObject({ stored: hosts * pagesPerHost });
  expect(new Set(sent.map(({ host, path }) => host + path)).size).toBe(sent.length);
  return sent;
}

function ofEachHost(sent: Sent[]): Sent[][] {
  const inOrder = sent.toSorted((a, b) => a.at - b.at);
  return Object.values(Object.groupBy(inOrder, ({ host }) => host)).map((ofHost = []) => ofHost);
}

function leastGap(sent: Sent[]): number {
  const gaps = ofEachHost(sent).flatMap((ofHost) =>
    ofHost.slice(1).map(({ at }, index) => at - (ofHost[index]?.at ?? 0)),
  );
  return Math.min(...gaps);
}

/** The most hosts that were under way at one time, between their first request and their last. */
function mostAtOnce(sent: Sent[]): number {
  const stays = ofEachHost(sent).map((ofHost) => ({ from: ofHost[0]?.at ?? 0, to: ofHost.at(-1)?.at ?? 0 }));
  return Math.max(
    ...stays.map(({ from }) => stays.filter((other) => other.from <= from && from < other.to).length),
  );
}

describe('a process whose batches wait for their turns', () => {
  it('serves many hosts at once, each at its gap', async () => {
    const sent = await scrape(40, ['p']);
    // All but a few; a machine with more to do than it can serves fewer.
    expect(mostAtOnce(sent)).toBeGreaterThan(20);
    expect(leastGap(sent)).toBeGreaterThanOrEqual(gapMs);
  });

  it('leaves hosts to another process, each at its gap', async () => {
    // One process alone could not take them all, however long the other is kept from looking.
    const sent = await scrape(60, ['p', 'q'], 30);
    const byOwner = Object.groupBy(sent, ({ by }) => by);
    expect(byOwner['p']?.length).toBeGreaterThan(sent.length / 5);
    expect(byOwner['q']?.length).toBeGreaterThan(sent.length / 5);
    expect(leastGap(sent)).toBeGreaterThanOrEqual(gapMs);
  });

  it('expects something of a host for as long as it has a batch of it, from robots.txt to the last page', async () => {
    const site = await openSite(numbered(3));
    const world = enterWorld();
    await world.start('r', makeJob({ sources: [{ urls: { list: paths(3, site.origin) } }] }));
    const process = world.newProcess('p');
    const expected: string[] = [];
    const seen: [path: string, expected: string[]][] = [];
    const noted: Engine = {
      ...process,
      async contextOf(run) {
        const context = await process.contextOf(run);
        const expectFrom = (host: string) => {
          expected.push(host);
          return () => void expected.splice(expected.indexOf(host), 1);
        };
        return { ...context, fetcher: { ...context.fetcher, expect: expectFrom } };
      },
    };
    const note = (url: string) => void seen.push([new URL(url).pathname, [...expected]]);
    await driveRun(world, 'r', interceptFetch(noted, note));
    const { host } = new URL(site.origin);
    expect(seen.map(([path]) => path)).toContain('/robots.txt');
    expect(seen.map(([, hosts]) => hosts)).toEqual(Array(4).fill([host]));
    expect(expected).toEqual([]);
  });

  it('keeps no more of their pages than it has memory for: they hand on the rest', async () => {
    const site = await openSite(numbered(3));
    const world = enterWorld();
    const list = paths(3, site.origin);
    await world.start(
      'r',
      makeJob({ sources: [{ urls: { list } }], politeness: { gapMs: 20, robots: 'ignore' } }),
    );
    const process = {
      ...world.newProcess('p'),
      load: { ...makeLoad(new AbortController().signal), heldBytes: 100_000_000 },
    };
    await deliverNext(world, 'r', process);
    await deliverNext(world, 'r', process);
    const [, first] = await outcomesOf(world, 'r');
    expect(first?.pages).toHaveLength(1);
    expect(first?.retries).toHaveLength(2);
  });
});
