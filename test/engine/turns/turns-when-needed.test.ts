import { describe, expect, it } from 'vitest';
import { type Reserved, reserveWhenNeeded } from '../../../shared/engine/turns/turns-when-needed.ts';

const { signal } = new AbortController();

/** Reserves in turn; what it was asked for, and how often turns were given back. */
function reserving(...answers: ('now' | number)[]) {
  const counts: number[] = [];
  let returned = 0;
  const reserve = async (count: number): Promise<Reserved> => {
    counts.push(count);
    const answer = answers.shift() ?? 'now';
    if (answer !== 'now') return { state: 'later', notBefore: answer };
    const returnTurns = async () => {
      returned += 1;
    };
    return { state: 'now', turns: { next: async (remaining) => ({ startBy: remaining }), returnTurns } };
  };
  return { counts, reserve, returned: () => returned };
}

async function turnsOf(reserved: Promise<Reserved>) {
  const answer = await reserved;
  if (answer.state === 'later') throw new Error('there are turns');
  return answer.turns;
}

describe('reserveWhenNeeded', () => {
  it('reserves at once for as many as are sent', async () => {
    const { counts, reserve } = reserving(7);
    expect(await reserveWhenNeeded(1, reserve)).toEqual({ state: 'later', notBefore: 7 });
    expect(counts).toEqual([1]);
  });

  it('reserves nothing where none is, until one needs a turn all the same', async () => {
    const { counts, reserve, returned } = reserving('now');
    const turns = await turnsOf(reserveWhenNeeded(0, reserve));
    expect(counts).toEqual([]);
    expect(await turns.next(3, signal)).toEqual({ startBy: 3 });
    expect(await turns.next(2, signal)).toEqual({ startBy: 2 });
    expect(counts).toEqual([3]);
    await turns.returnTurns();
    expect(returned()).toBe(1);
  });

  it('asks again for the next one where the host was busy, and gives nothing back that it does not have', async () => {
    const { counts, reserve, returned } = reserving(7, 'now');
    const turns = await turnsOf(reserveWhenNeeded(0, reserve));
    await turns.returnTurns();
    expect(await turns.next(3, signal)).toEqual({ busyUntil: 7 });
    await turns.returnTurns();
    expect(returned()).toBe(0);
    expect(await turns.next(2, signal)).toEqual({ startBy: 2 });
    expect(counts).toEqual([3, 2]);
  });
});
