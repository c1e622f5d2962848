import { describe, expect, it, vi } from 'vitest';
import type { Breaker } from '../../shared/coordination/ports.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { digestOf } from '../../shared/engine/ids.ts';
import { waitForTrial } from '../../shared/engine/turns/trial.ts';
import { withTimeout } from '../../shared/job/fetch-timeout.ts';
import type { PageRequest } from '../../shared/model.ts';
import { makeJob } from './world.ts';

const clock = vi.hoisted(() => ({ now: 0, slept: [] as number[] }));
vi.mock('node:timers/promises', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  setTimeout: async (ms: number) => {
    clock.slept.push(ms);
    clock.now += ms;
  },
}));

const startedAt = 10_000_000;
const timeoutMs = 30_000;
const job = withTimeout(makeJob({ sources: [{ urls: { list: 'http://a.test/' } }], fetch: { timeoutMs } }));
const url = 'http://a.test/1';
const requests = [{ kind: 'page', url, label: 'default', depth: 0, attempt: 0 }] satisfies PageRequest[];

interface Trial {
  breaker?: Breaker;
  /** Epoch ms. @default `startedAt` */
  at?: number;
  /** What is read later, in turn. */
  later?: (Breaker | undefined)[];
  waitMs?: number;
  isOwn?: boolean;
  isFunction?: boolean;
  isStopping?: boolean;
}

async function tryHost({
  breaker,
  at = startedAt,
  later = [],
  waitMs = 0,
  isOwn = false,
  isFunction = true,
  isStopping = false,
}: Trial) {
  clock.now = at;
  clock.slept = [];
  const keys: string[] = [];
  const admit = async (_: string, candidate: string, [found]: { key: string }[]) => {
    keys.push(found?.key ?? '');
    return [isOwn ? candidate : 'another'];
  };
  const engine = {
    ...{ ledger: { admit }, now: () => clock.now, stopping: { aborted: isStopping } },
    ...(isFunction ? { endsAt: startedAt + 900_000 } : {}),
  } as unknown as Engine;
  const readBreaker = async () => later.shift();
  const batch = { run: 'r', requests };
  const until = await waitForTrial(engine, job, batch, { name: 'a.test', breaker, readBreaker, waitMs });
  return { until, keys, slept: clock.slept };
}

/** The pause of a breaker that opened once is ten seconds. */
const opened = (agoMs: number, opens = 1): Breaker => ({ opens, at: startedAt - agoMs });

describe('waitForTrial', () => {
  it.each<[string, Trial]>([
    ['on this machine, where waiting costs nothing', { breaker: opened(10_000), isFunction: false }],
    ['of a host of which nothing is known', {}],
    ['of a host that answers', { breaker: opened(0, 0) }],
  ])('asks nobody %s', async (_, trial) => {
    expect(await tryHost(trial)).toEqual({ until: undefined, keys: [], slept: [] });
  });

  it('lets the batch try whose request came first, by its digest', async () => {
    expect(await tryHost({ breaker: opened(10_000), isOwn: true })).toMatchObject({ until: undefined });
    expect(digestOf(url)).not.toBe('another');
  });

  it.each([
    [0, 10_000, true],
    [10_000, 69_999, true],
    [10_000, 70_000, false],
    [70_000, 129_999, true],
  ])(
    'gives the trial to another a minute after the pause: %i and %i ms after it began',
    async (one, other, isSame) => {
      const keyAfter = async (ms: number) => {
        const { keys } = await tryHost({ breaker: opened(0), at: startedAt + ms });
        return keys[0] ?? '';
      };
      expect((await keyAfter(one)) === (await keyAfter(other))).toBe(isSame);
    },
  );

  it.each<[opens: number, agoMs: number, inMs: number]>([
    // Pauses of 160 and 320 s, and a trial after each.
    [5, 160_000, 320_000 + 2 * timeoutMs],
    [6, 0, 320_000 + timeoutMs],
    // The longest delay of SQS.
    [1, 10_000, 620_000 + 6 * timeoutMs],
    [1, 0, 630_000 + 6 * timeoutMs],
  ])(
    'comes back when a breaker that opened %i times, %i ms ago, has closed for certain',
    async (opens, agoMs, inMs) => {
      const { until, slept } = await tryHost({ breaker: opened(agoMs, opens) });
      expect([until, slept]).toEqual([startedAt + Math.min(900_000, inMs), []]);
    },
  );

  it('waits for the result in its function as long as it may, and looks every two seconds', async () => {
    const breaker = opened(10_000);
    const closed = await tryHost({ breaker, waitMs: 60_000, later: [breaker, { opens: 0, at: 0 }] });
    expect(closed).toMatchObject({ until: undefined, slept: [2_000, 2_000] });
    const { until, slept } = await tryHost({ breaker, waitMs: 4_000, later: Array(9).fill(breaker) });
    expect(slept).toEqual([2_000, 2_000]);
    expect(until).toBeDefined();
    expect(await tryHost({ breaker, waitMs: 1_999 })).toMatchObject({ slept: [] });
    expect(await tryHost({ breaker, waitMs: 60_000, isStopping: true })).toMatchObject({ slept: [] });
  });
});
