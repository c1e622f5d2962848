import { describe, expect, it } from 'vitest';
import { makeLocks } from '../../shared/coordination/lock.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { expectAccounted } from './accounts.ts';
import { Crash, mortalPorts } from './crash.ts';
import { type LoginSite, loginJob, openLoginSite } from './login-site.ts';
import { enterWorld } from './setting.ts';
import { driveRun, driveTogether, leaseMs, makeJob, type Ports, type World } from './world.ts';

const sessionKey = Buffer.alloc(32, 5).toString('base64');
const quarterMs = 900_000;

/** A function's process: it is ended from outside, and its deliveries are billed. */
function newFunction(world: World, name: string) {
  return { ...world.newProcess(name), endsAt: Number.MAX_SAFE_INTEGER };
}

async function begin(site: LoginSite) {
  const world = enterWorld({ maxWaitMs: 50 }, { PASS: site.password, SPINNERET_SESSION_KEY: sessionKey });
  const list = Array.from({ length: 40 }, (_, index) => `${site.origin}/p/${index + 1}`);
  // Waiting for robots.txt is another thing than waiting for a login.
  const politeness = { robots: 'ignore' };
  await world.start('r', makeJob(loginJob(site, { sources: [{ urls: { list } }], politeness })));
  return world;
}

describe('a batch of a function that waits for a login elsewhere', () => {
  it('is delivered once a minute later and then once in fifteen minutes, for as long as that lasts', async () => {
    const site = await openLoginSite({ pages: 40 });
    const world = await begin(site);
    const process = newFunction(world, 'f');
    const [seed] = await process.queue.receive({ runs: ['r'], max: 1 });
    if (seed !== undefined) await runBatch(process, seed);
    const lock = await makeLocks(world.ledger, { owner: 'another' }).acquire('login:test/member', {
      leaseMs: 86_400_000,
    });
    const deliveries = new Map<string, number[]>();
    const startedAt = world.now();
    while (world.now() - startedAt < 4 * quarterMs) {
      const received = await process.queue.receive({ runs: ['r'], max: 10 });
      for (const { batch } of received) {
        deliveries.set(batch.id, [...(deliveries.get(batch.id) ?? []), world.now() - startedAt]);
      }
      // Each waits for a while in its function: side by side, as functions do.
      await Promise.all(received.map((delivery) => runBatch(process, delivery)));
      const { nextDueAt = world.now() + 1_000 } = await world.queue.depth('r');
      world.advance(Math.max(1, nextDueAt - world.now()));
    }
    expect(deliveries.size).toBe(8);
    for (const times of deliveries.values()) {
      expect(times).toHaveLength(5);
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      expect(gaps[0]).toBeGreaterThanOrEqual(60_000);
      for (const gap of gaps.slice(1)) expect(gap).toBeGreaterThanOrEqual(quarterMs);
    }
    expect(site.logins()).toBe(0);
    await lock.release();
    await driveRun(world, 'r', process);
    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ stored: 40 });
    expect(counts['failed'] ?? 0).toBe(0);
    expect(site.logins()).toBe(1);
  });

  it('waits in its process for a login that is soon over, and is sent again for nothing', async () => {
    const site = await openLoginSite({ pages: 40 });
    const world = await begin(site);
    const functions = ['f', 'g', 'h'].map((name) => newFunction(world, name));
    let sent = 0;
    for (const one of functions) {
      one.limits = { ...one.limits, maxWaitMs: 20_000 };
      const { send } = one.queue;
      one.queue.send = async (batches) => {
        sent += batches.length;
        return send(batches);
      };
    }
    await driveTogether(world, 'r', functions);
    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ stored: 40 });
    expect(site.logins()).toBe(1);
    // The eight batches of the list, the redirect of /p/1 and the retry of /p/2.
    expect(sent).toBe(10);
  });
});

describe('a process that dies while it logs in', () => {
  it('keeps the others waiting for no longer than for its batches', async () => {
    const site = await openLoginSite({ pages: 40 });
    const world = await begin(site);
    const dying = world.newProcess('dying', (ports) => {
      const mortal = mortalPorts(ports);
      return { ...mortal, ledger: diesOnceLocked(mortal) };
    });
    await expect(driveRun(world, 'r', dying)).rejects.toBeInstanceOf(Crash);
    const diedAt = world.now();
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 40 });
    expect(site.logins()).toBe(1);
    expect(world.now() - diedAt).toBeLessThan(leaseMs + 15_000);
  });
});

describe('a process that stands still while it logs in, until its lock has ended', () => {
  it('logs in again, and no page has failed or used an attempt for it', async () => {
    const isLost = Promise.withResolvers<void>();
    const site = await openLoginSite({
      pages: 40,
      beforeAnswer: (logins) => (logins === 1 ? isLost.promise : undefined),
    });
    const world = await begin(site);
    const process = world.newProcess('p', (ports) => ({
      ...ports,
      ledger: losesFirstLock(ports, isLost.resolve),
    }));
    process.limits = { ...process.limits, leaseMs: 300 };
    await driveRun(world, 'r', process);
    const counts = await expectAccounted(world, 'r');
    expect(counts).toMatchObject({ stored: 40 });
    expect(counts['failed'] ?? 0).toBe(0);
    // That of /p/2, which the site wants.
    expect(counts['retries']).toBe(1);
    expect(site.logins()).toBe(2);
  });
});

function losesFirstLock({ ledger }: Ports, noteLost: () => void): Ports['ledger'] {
  let isFirst = true;
  return {
    ...ledger,
    async renewLock(...lock) {
      if (!isFirst) return ledger.renewLock(...lock);
      isFirst = false;
      await ledger.releaseLock(lock[0], lock[1]);
      noteLost();
      return false;
    },
  };
}

function diesOnceLocked({ ledger, kill }: Ports & { kill(): void }): Ports['ledger'] {
  return {
    ...ledger,
    async acquireLock(request) {
      const answer = await ledger.acquireLock(request);
      if (!request.name.startsWith('login:')) return answer;
      kill();
      throw new Crash('dead');
    },
  };
}
