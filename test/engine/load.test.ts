import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  crowding,
  handfulMs,
  isFull,
  makeLoad,
  makeRoom,
  measureBusyShare,
  permitsOf,
} from '../../shared/engine/load.ts';
import { makeLimiter } from '../../shared/fetch/limiter.ts';

/** A process, and how many batches it would take, asked again after a while each time. */
function openProcess({ most = 4_000, busyShare = 0.2 } = {}) {
  const load = makeLoad(new AbortController().signal);
  let at = 0;
  const roomFor = makeRoom(load, { most, now: () => at, busyShare: () => busyShare });
  return {
    load,
    roomLater(underWay: number): number {
      at += handfulMs;
      return roomFor(underWay);
    },
    roomAtOnce: roomFor,
  };
}

describe('makeRoom', () => {
  it('takes a handful more each time for as long as it has time for them, whatever waits', () => {
    const { roomLater } = openProcess();
    expect(roomLater(0)).toBe(8);
    expect([8, 100, 1_000, 3_990].map(roomLater)).toEqual([16, 16, 16, 10]);
    expect(roomLater(4_000)).toBe(0);
  });

  it('sees what a handful costs before it takes another', () => {
    const { roomLater, roomAtOnce } = openProcess();
    expect(roomLater(8)).toBe(16);
    expect(roomAtOnce(24)).toBe(0);
    expect(roomLater(24)).toBe(16);
  });

  it('takes no more than eight while it is busy', () => {
    const { roomLater } = openProcess({ busyShare: 0.95 });
    expect([0, 5, 8, 100].map(roomLater)).toEqual([8, 3, 0, 0]);
  });

  it('has at most what somebody allows', () => {
    const { roomLater } = openProcess({ most: 2 });
    expect([0, 1, 2].map(roomLater)).toEqual([2, 1, 0]);
  });

  it('takes none while many are worked on, stand about, or keep much', () => {
    const { load, roomLater } = openProcess();
    load.active = 120;
    expect(roomLater(500)).toBe(8);
    load.active = 130;
    expect(roomLater(500)).toBe(0);
    load.active = 1;
    load.crowded = 8;
    expect(roomLater(500)).toBe(0);
    load.crowded = 0;
    load.heldBytes = 65_000_000;
    expect(roomLater(500)).toBe(0);
    load.heldBytes = 0;
    expect(roomLater(500)).toBe(16);
  });

  it('takes them up to each of these bounds, and none while requests wait for the process', async () => {
    const { load, roomLater } = openProcess({ busyShare: 0.9 });
    load.active = 127;
    expect(roomLater(8)).toBe(1);
    load.active = 0;
    load.crowded = 7;
    expect(roomLater(7)).toBe(1);
    expect(roomLater(8)).toBe(16);
    load.heldBytes = 64_000_000;
    expect([isFull(load), roomLater(8)]).toEqual([false, 16]);
    load.heldBytes += 1;
    expect([isFull(load), roomLater(8)]).toEqual([true, 0]);
    load.heldBytes = 0;
    const permits = permitsOf({ load }, makeLimiter(1_000));
    const entering = Array.from({ length: 513 }, () => permits.acquire());
    expect(roomLater(8)).toBe(0);
    permits.release();
    await Promise.all(entering);
    expect(roomLater(8)).toBe(16);
  });
});

describe('permitsOf', () => {
  it('has no promise for a request that is let in at once', () => {
    const load = makeLoad(new AbortController().signal);
    const places = permitsOf({ load }, makeLimiter(1));
    expect(places.acquire()).toBeUndefined();
    expect(places.acquire()).toBeInstanceOf(Promise);
  });

  it('counts the batches beyond the first that wait for one host', async () => {
    const load = makeLoad(new AbortController().signal);
    const places = permitsOf({ load }, makeLimiter(1));
    await places.acquire();
    const waiting = [places.acquire(), places.acquire(), places.acquire()];
    expect(load.crowded).toBe(2);
    for (const one of waiting) {
      places.release();
      await one;
    }
    expect(load.crowded).toBe(0);
  });

  it('lets in no more requests of all hosts than the process may have under way', async () => {
    const load = makeLoad(new AbortController().signal);
    let entered = 0;
    const all = Array.from({ length: 600 }, () => permitsOf({ load }, makeLimiter(8)));
    const entering = all.map(async (places) => {
      await places.acquire();
      entered += 1;
    });
    await new Promise(setImmediate);
    expect(entered).toBe(512);
    const { roomLater } = openProcess();
    expect(roomLater(8)).toBe(16);
    for (const places of all) places.release();
    await Promise.all(entering);
    expect(entered).toBe(600);
  });
});

describe('permitsOf a process without a load', () => {
  it('lets in as many requests of all hosts as its own bound says, and the next when one is over', async () => {
    const requests = makeLimiter(3);
    const entered: number[] = [];
    const all = Array.from({ length: 5 }, () => permitsOf({ requests }, makeLimiter(8)));
    const entering = all.map(async (places, index) => {
      await places.acquire();
      entered.push(index);
    });
    await new Promise(setImmediate);
    expect(entered).toEqual([0, 1, 2]);
    all[0]?.release();
    await entering[3];
    expect(entered).toEqual([0, 1, 2, 3]);
  });
});

describe('crowding', () => {
  it('counts a batch for as long as it waits, however that ends', async () => {
    const load = makeLoad(new AbortController().signal);
    await expect(
      crowding(load, async () => {
        expect(load.crowded).toBe(1);
        throw new Error('lost');
      }),
    ).rejects.toThrow('lost');
    expect(load.crowded).toBe(0);
  });
});

describe('measureBusyShare', () => {
  it('is the share of the time since the last look in which this process computed', async () => {
    const busyShare = measureBusyShare();
    const until = performance.now() + 100;
    while (performance.now() < until);
    const busy = busyShare();
    await sleep(200);
    const idle = busyShare();
    expect([busy, idle].every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(busy).toBeGreaterThan(0.5);
    expect(idle).toBeLessThan(busy);
  });
});
