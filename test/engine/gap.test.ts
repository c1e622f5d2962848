import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runBatch } from '../../shared/engine/run-batch.ts';
import type { Slots } from '../../shared/model.ts';
import { serveConnections } from '../fetch/local-servers.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { numbered, paths } from './site.ts';
import { deliverNext, driveRun, driveTogether, makeJob, type Ports } from './world.ts';

/** Which round of the event loop this is: what a process does within one is not interrupted but by the machine. */
const roundOfLoop = () => performance.nodeTiming.uvMetricsInfo.loopCount;

/**
 * When each request is written, on the clock that its turn is held against. What counts is the last look at that clock where
 * the request is written in the same round of the event loop: no process can do better. A busy machine stops a process between
 * the two, for as long as 30 ms and half a millisecond of its own computing, and delays how the request arrives.
 */
function watchSending(origin: string): number[] {
  const sentAt: number[] = [];
  const clock = Date.now;
  let look = { at: 0, round: -1 };
  Date.now = () => {
    look = { at: clock(), round: roundOfLoop() };
    return look.at;
  };
  const onSend = (message: unknown) => {
    const { request } = message as { request: { origin: URL | string } };
    if (new URL(request.origin).origin !== origin) return;
    sentAt.push(look.round === roundOfLoop() ? look.at : clock());
  };
  subscribe('undici:client:sendHeaders', onSend);
  onTestFinished(() => {
    unsubscribe('undici:client:sendHeaders', onSend);
    Date.now = clock;
  });
  return sentAt;
}

/** The ports, which note what turns are had; without those that were given back. */
function noteTurns(turns: Slots[]): (ports: Ports) => Ports {
  return ({ ledger, ...others }) => ({
    ...others,
    ledger: {
      ...ledger,
      async reserveSlots(request) {
        const answer = await ledger.reserveSlots(request);
        if (answer.state === 'mine') turns.push(answer.slots);
        return answer;
      },
      async returnSlots(returned) {
        const own = turns.findIndex(({ firstAt }) => firstAt === returned.firstAt);
        const list = turns[own];
        if (list !== undefined) turns[own] = { ...list, count: returned.used };
        await ledger.returnSlots?.(returned);
      },
    },
  });
}

/** From the latest start of each turn to the earliest of the next. */
function distancesOf(turns: readonly Slots[]): number[] {
  const spans = turns.flatMap(({ firstAt, count, spacingMs, slackMs }) =>
    Array.from({ length: count }, (_, index) => ({
      from: firstAt + index * spacingMs,
      to: firstAt + index * spacingMs + slackMs,
    })),
  );
  const inOrder = spans.toSorted((a, b) => a.from - b.from);
  return inOrder.slice(1).map(({ from }, index) => from - (inOrder[index]?.to ?? from));
}

describe('requests to one host', () => {
  it('start a gap apart, robots.txt among them, though two processes and two runs share it', async () => {
    const gapMs = 30;
    const site = await openSite(numbered(40));
    const world = enterWorld({ maxWaitMs: 2_000 });
    const turns: Slots[] = [];
    const sentAt = watchSending(site.origin);
    const processes = ['p', 'q'].map((name) => world.newProcess(name, noteTurns(turns)));
    const job = (from: number, to: number) =>
      makeJob({
        sources: [{ urls: { list: paths(40, site.origin).slice(from, to) } }],
        politeness: { gapMs },
      });
    await world.start('r', job(0, 20));
    await world.start('s', job(20, 40));
    await Promise.all(['r', 's'].map((run) => driveTogether(world, run, processes)));

    for (const run of ['r', 's']) expect(await expectAccounted(world, run)).toMatchObject({ stored: 20 });
    expect(site.log).toHaveLength(41);
    expect(sentAt).toHaveLength(41);
    expect(distancesOf(turns).length).toBeGreaterThanOrEqual(40);
    expect(Math.min(...distancesOf(turns))).toBeGreaterThanOrEqual(gapMs);
    const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(gapMs);
  });

  it('start a gap apart, and none is lost, though the server closes the connections that it keeps', async () => {
    const gapMs = 30;
    let connections = 0;
    const answer = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 10\r\n\r\n<h1>a</h1>';
    const origin = await serveConnections((socket) => {
      connections += 1;
      // The first request of each is answered; at the next one it is closed, as if it had been closed just before.
      socket.once('data', () => {
        socket.write(answer);
        socket.on('data', () => socket.end());
      });
    });
    const world = enterWorld({ maxWaitMs: 2_000 });
    const turns: Slots[] = [];
    const sentAt = watchSending(origin);
    const process = world.newProcess('p', noteTurns(turns));
    const sources = [{ urls: { list: paths(10, origin) } }];
    const politeness = { gapMs, robots: 'ignore' as const };
    await world.start('r', makeJob({ sources, politeness, fetch: { attempts: 1 } }));
    await driveRun(world, 'r', process);

    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 10 });
    expect(connections).toBe(10);
    expect(sentAt).toHaveLength(19);
    const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(gapMs);
  });

  it('use the turns that a deferred batch carries, unless its message was received before', async () => {
    const site = await openSite(numbered(2));
    const { host } = new URL(site.origin);
    const world = enterWorld();
    const gapMs = 100;
    const sources = [{ urls: { list: paths(2, site.origin) } }];
    await world.start('r', makeJob({ sources, politeness: { gapMs, robots: 'ignore' } }));
    const process = world.newProcess('p');
    await deliverNext(world, 'r', process);
    await world.ledger.reserveSlots({ host, count: 10, gapMs, slackMs: 10, horizonMs: 0 });
    const [first] = await process.queue.receive({ runs: ['r'], max: 1 });
    if (first === undefined) throw new Error('the pages are due');
    expect(await runBatch(process, first)).toBe('deferred');
    world.advance(Number((await world.queue.depth('r')).nextDueAt) - world.now());
    const [second] = await process.queue.receive({ runs: ['r'], max: 1 });
    const slot = second?.batch.slot;
    if (second === undefined || slot === undefined) throw new Error('the batch carries its turns');

    // A copy that was received before: whoever has it may be using these turns.
    expect(await runBatch(process, { ...second, receives: 2 })).toBe('deferred');
    expect(site.log).toEqual([]);
    const startedAt = world.now();
    await driveRun(world, 'r', process);
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2 });
    expect(world.now()).toBeGreaterThan(startedAt);
  });

  it('wait for the end of a pause, though their turns were reserved before it', async () => {
    const site = await openSite(numbered(2));
    const { host } = new URL(site.origin);
    const world = enterWorld();
    const gapMs = 100;
    const sources = [{ urls: { list: paths(2, site.origin) } }];
    await world.start('r', makeJob({ sources, politeness: { gapMs, robots: 'ignore' } }));
    const process = world.newProcess('p');
    await deliverNext(world, 'r', process);
    await world.ledger.reserveSlots({ host, count: 10, gapMs, slackMs: 10, horizonMs: 0 });
    await deliverNext(world, 'r', process);
    const until = world.now() + 20_000;
    await world.ledger.delayHost(host, until);
    while (site.log.length === 0) await deliverNext(world, 'r', process);
    expect(world.now()).toBeGreaterThanOrEqual(until);
    await driveRun(world, 'r', process);
  });
});
