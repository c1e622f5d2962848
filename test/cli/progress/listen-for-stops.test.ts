import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { listenForStops } from '../../../cli/progress/listen-for-stops.ts';

it('takes signals close together for one, later ones for a second, and none once it is disposed of', async () => {
  const before = process.listenerCount('SIGINT');
  let first = 0;
  {
    using stops = listenForStops(() => {
      first += 1;
    });
    const state = () => ({
      first,
      draining: stops.draining.signal.aborted,
      killing: stops.killing.signal.aborted,
      isInterrupted: stops.isInterrupted(),
    });
    expect(state()).toEqual({ first: 0, draining: false, killing: false, isInterrupted: false });
    process.emit('SIGTERM');
    process.emit('SIGINT');
    const one = { first: 1, draining: true, killing: false, isInterrupted: true };
    expect(state()).toEqual(one);
    // npm passes a Ctrl-C on within half a second.
    await sleep(501);
    process.emit('SIGINT');
    expect(state()).toEqual({ ...one, killing: true });
  }
  expect(process.listenerCount('SIGINT')).toBe(before);
  expect(process.listenerCount('SIGTERM')).toBe(process.listenerCount('SIGINT'));
});
