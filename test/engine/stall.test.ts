import { describe, expect, it } from 'vitest';
import { observeRun, progressOf, type StallState } from '../../shared/engine/run/stall.ts';

const minute = 60_000;
const hour = 60 * minute;
const everyMs = 15 * minute;
const terms = { repairMs: everyMs, idleMs: 12 * hour, maxMs: 48 * hour };

/** Looks every quarter of an hour; returns the hours at which the run was held for stalled. */
function stalledAt(hours: number, sightAt: (at: number) => { progress: string; isShort: boolean }): number[] {
  const stalled: number[] = [];
  let look: StallState | undefined;
  for (let at = 0; at <= hours * hour; at += everyMs) {
    const answer = observeRun(look, { at, ...sightAt(at) }, terms);
    look = answer.state;
    if (answer.isStalled) stalled.push(at / hour);
  }
  return stalled;
}

describe('lookAt', () => {
  it('holds no run for stalled that makes progress, however few messages are seen', () => {
    expect(stalledAt(48, (at) => ({ progress: String(at), isShort: true }))).toEqual([]);
  });

  it('repairs a run without messages at the second look, then ever more seldom, once in two days at last', () => {
    const stalled = stalledAt(24 * 14, () => ({ progress: 'same', isShort: true }));
    expect(stalled.slice(0, 5)).toEqual([0.25, 0.75, 1.75, 3.75, 7.75]);
    const apart = stalled.map((at, index) => at - (stalled[index - 1] ?? 0));
    expect(Math.max(...apart)).toBe(48);
  });

  it('does not trust a single look at counts that are approximate', () => {
    expect(stalledAt(11, (at) => ({ progress: 'same', isShort: (at / everyMs) % 2 === 1 }))).toEqual([]);
  });

  it('counts its looks anew after a repair, also where none came for hours', () => {
    let look: StallState | undefined;
    const answers = [0, 15, 30, 120, 135].map((minutes, index) => {
      const answer = observeRun(look, { at: minutes * minute, progress: 'same', isShort: index > 0 }, terms);
      look = answer.state;
      return answer.isStalled;
    });
    expect(answers).toEqual([false, false, true, false, true]);
  });

  it('leaves a run alone for half a day that waits for its host', () => {
    expect(stalledAt(11.75, () => ({ progress: 'same', isShort: false }))).toEqual([]);
  });

  it('repairs a run in the end whose lack of messages others hide', () => {
    expect(stalledAt(72, () => ({ progress: 'same', isShort: false }))).toEqual([12, 36]);
  });

  it('begins anew once the run has made progress', () => {
    const stalled = stalledAt(6, (at) => ({ progress: at < 2 * hour ? 'a' : 'b', isShort: true }));
    expect(stalled).toEqual([0.25, 0.75, 1.75, 2.25, 2.75, 3.75, 5.75]);
  });
});

describe('progressOf', () => {
  it('tells counts apart, and not the order that they come in', () => {
    expect(progressOf({ open: 1, stored: 2 })).toBe(progressOf({ stored: 2, open: 1 }));
    expect(progressOf({ open: 1, stored: 2 })).not.toBe(progressOf({ open: 1, stored: 3 }));
  });

  it('sees nothing in what was used, which a repair that came to nothing adds to', () => {
    const before = { open: 2, 'used:readUnits': 5 };
    expect(progressOf({ ...before, 'used:readUnits': 9, 'used:lambdaMbMs': 3 })).toBe(progressOf(before));
  });
});
