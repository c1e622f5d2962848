import { describe, expect, it } from 'vitest';
import type { SlotAnswer, SlotRequest } from '../../../shared/coordination/ports.ts';
import type { Engine } from '../../../shared/engine/engine.ts';
import { onHostsToo, takePacedTurn } from '../../../shared/engine/turns/group-turns.ts';
import type { Turn, Turns } from '../../../shared/engine/turns/pace.ts';

const now = 100_000;
const request = { url: 'http://a.test/1' };
const alive = new AbortController().signal;
const busy = (until: number): SlotAnswer => ({ state: 'busy', until });
const free = (firstAt = now): SlotAnswer => ({
  state: 'mine',
  slots: { firstAt, count: 1, spacingMs: 120, slackMs: 20 },
});

/** A ledger that answers in turn, and what it was asked for. */
function answering(...answers: SlotAnswer[]) {
  const asked: SlotRequest[] = [];
  const reserveSlots = async (wanted: SlotRequest) => {
    asked.push(wanted);
    return answers.shift() ?? busy(Number.POSITIVE_INFINITY);
  };
  const engine = { ledger: { reserveSlots }, now: () => now } as unknown as Engine;
  return { engine, asked };
}

/** Turns of a group, in turn. */
function turnsOf(...turns: Turn[]): Turns {
  return { next: async () => turns.shift() ?? 'aborted', returnTurns: async () => undefined };
}

describe('onHostsToo', () => {
  const turn = { startBy: now + 70.5 };

  it.each<[string, Turn]>([
    ['was given up', 'aborted'],
    ['is too far ahead', { busyUntil: now + 9 }],
  ])('asks nothing of the host for a turn of the group that %s', async (_, given) => {
    const { engine, asked } = answering();
    expect(await onHostsToo(turnsOf(given), engine, 50).next(1, alive, request)).toBe(given);
    expect(asked).toEqual([]);
  });

  it('asks no host where none is named', async () => {
    const { engine, asked } = answering();
    expect(await onHostsToo(turnsOf(turn), engine, 50).next(1, alive)).toBe(turn);
    expect(asked).toEqual([]);
  });

  it('takes a turn of the host for as long as that of the group lasts', async () => {
    const { engine, asked } = answering(free());
    expect(await onHostsToo(turnsOf(turn), engine, 50).next(1, alive, request)).toBe(turn);
    expect(asked).toEqual([{ host: 'a.test', count: 1, gapMs: 50, slackMs: 70, horizonMs: 70 }]);
  });

  it('waits a second at most for the host of a job without a gap, for which nothing is reserved', async () => {
    const { engine, asked } = answering(free());
    await onHostsToo(turnsOf(turn), engine, 0).next(1, alive, request);
    expect(asked).toEqual([{ host: 'a.test', count: 1, gapMs: 0, slackMs: 0, horizonMs: 1_000 }]);
  });

  it('tries the next turn where the host is free within a gap, and says until when it is busy else', async () => {
    const { engine, asked } = answering(busy(now + 50), busy(now + 51));
    const turns = onHostsToo(turnsOf(turn, turn, turn), engine, 50);
    expect(await turns.next(3, alive, request)).toEqual({ busyUntil: now + 51 });
    expect(asked).toHaveLength(2);
  });

  it('is given up while it waits for the host', async () => {
    const { engine } = answering(free(now + 60_000));
    const stopped = onHostsToo(turnsOf(turn), engine, 50).next(1, AbortSignal.abort(), request);
    expect(await stopped).toBe('aborted');
  });
});

describe('takePacedTurn', () => {
  const paceGroups = { batchesOf: (host: string) => host, clockOf: async () => '*.test' };
  const wanted = { host: 'a.test', gapMs: 1_000, horizonMs: 500 };

  it('asks the host alone where it is paced by itself', async () => {
    const { engine, asked } = answering(free());
    expect(await takePacedTurn(engine, {}, wanted)).toEqual({ startBy: now + 20 });
    expect(asked).toEqual([{ ...wanted, count: 1, slackMs: 20, spareMs: 100 }]);
  });

  it('takes one of the group, with all of its tolerance, and within it one of the host', async () => {
    const { engine, asked } = answering(free(), free());
    expect(await takePacedTurn(engine, { paceGroups }, wanted)).toEqual({ startBy: now + 20 });
    expect(asked).toEqual([
      { ...wanted, host: '*.test', count: 1, slackMs: 120, spareMs: 0 },
      { host: 'a.test', count: 1, gapMs: 1_000, slackMs: 20, horizonMs: 20 },
    ]);
  });

  it('says until when the group is busy, or the host for longer than a gap, and tries again before', async () => {
    const ofGroup = answering(busy(now + 7));
    expect(await takePacedTurn(ofGroup.engine, { paceGroups }, wanted)).toEqual({ busyUntil: now + 7 });
    const { engine, asked } = answering(free(), busy(now + 1_000), free(), busy(now + 1_001));
    expect(await takePacedTurn(engine, { paceGroups }, wanted)).toEqual({ busyUntil: now + 1_001 });
    expect(asked).toHaveLength(4);
  });

  it('rejects with the reason of the signal that ends it while it waits', async () => {
    const why = new Error('enough');
    const { engine } = answering(free(), free(now + 60_000));
    const controller = new AbortController();
    const taking = takePacedTurn(engine, { paceGroups }, wanted, controller.signal);
    setImmediate(() => controller.abort(why));
    await expect(taking).rejects.toBe(why);
  });
});
