import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSharedClock } from '../../shared/coordination/shared-clock.ts';

describe('makeSharedClock', () => {
  it('leaves a clock alone that no answer contradicts', () => {
    const clock = makeSharedClock(() => 10_000);
    clock.observe({ sentAt: 9_900, receivedAt: 10_000, from: 9_000, to: 10_000 });
    clock.observe({ sentAt: 9_950, receivedAt: 10_000, from: 9_960, to: 9_960 });
    expect(clock.now()).toBe(10_000);
  });

  it('comes as near to the store’s clock as the quickest answer allows', () => {
    const message = fc.record({
      pauseMs: fc.integer({ min: 0, max: 5_000 }),
      thereMs: fc.integer({ min: 0, max: 300 }),
      backMs: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -5_000, max: 5_000 }),
        fc.array(message, { minLength: 1, maxLength: 30 }),
        (skewMs, messages) => {
          let time = 1_000_000;
          const local = () => time + skewMs;
          const clock = makeSharedClock(local);
          let quickestMs = Number.POSITIVE_INFINITY;
          for (const { pauseMs, thereMs, backMs } of messages) {
            time += pauseMs;
            const sentAt = local();
            time += thereMs;
            const at = time;
            time += backMs;
            clock.observe({ sentAt, receivedAt: local(), from: at, to: at });
            quickestMs = Math.min(quickestMs, thereMs + backMs);
          }
          expect(Math.abs(clock.now() - time)).toBeLessThanOrEqual(quickestMs + 1);
        },
      ),
    );
  });

  it('narrows down answers of whole seconds to fractions of one', () => {
    let time = 1_000_000;
    const clock = makeSharedClock(() => time + 3_210);
    for (let answer = 0; answer < 40; answer += 1) {
      time += 137;
      const from = Math.floor(time / 1_000) * 1_000;
      clock.observe({ sentAt: time + 3_205, receivedAt: time + 3_210, from, to: from + 1_000 });
    }
    expect(Math.abs(clock.now() - time)).toBeLessThan(100);
  });

  it('stays as exact as it was while the machine’s clock drifts', () => {
    const driftPerMs = 30e-6;
    let time = 1_000_000_000;
    const startedAt = time;
    const local = () => Math.round(time + 2_000 + (time - startedAt) * driftPerMs);
    const clock = makeSharedClock(local);
    let worstMs = 0;
    for (let answer = 0; answer < 40_000; answer += 1) {
      time += 97;
      const sentAt = local();
      time += 3;
      const from = Math.floor(time / 1_000) * 1_000;
      clock.observe({ sentAt, receivedAt: local(), from, to: from + 1_000 });
      if (answer > 100) worstMs = Math.max(worstMs, Math.abs(clock.now() - time));
    }
    expect(worstMs).toBeLessThan(150);
  });

  it('follows a clock that is set while it looks on', () => {
    let skewMs = 0;
    const clock = makeSharedClock(() => 1_000_000 + skewMs);
    const observe = () => {
      const sentAt = 1_000_000 + skewMs;
      clock.observe({ sentAt, receivedAt: sentAt, from: 1_000_000, to: 1_000_000 });
    };
    observe();
    skewMs = 60_000;
    observe();
    expect(clock.now()).toBe(1_000_000);
  });

  it.each<[what: string, from: number, to: number, offsetMs: number]>([
    ['ahead, by as little as explains it', 2_100, 2_700, 2_100],
    ['back, by as little as explains it', 1_300, 1_900, 1_900],
    ['ahead by all that is drift', 3_000, 3_600, 3_000],
    ['ahead to the middle of the answer, where that is more than drift', 3_001, 3_601, 3_301],
    ['back by all that is drift', 400, 1_000, 1_000],
    ['back to the middle of the answer, where that is more than drift', 399, 999, 699],
    ['not at all where the answer agrees', 1_500, 2_500, 2_000],
  ])('goes %s', (_, from, to, offsetMs) => {
    const clock = makeSharedClock(() => 0);
    clock.observe({ sentAt: 0, receivedAt: 0, from: 2_000, to: 2_000 });
    clock.observe({ sentAt: 0, receivedAt: 0, from, to });
    expect(clock.now()).toBe(offsetMs);
  });
});
