import { describe, expect, it } from 'vitest';
import { endOfFault, type Run } from './end-of-fault.ts';
import type { Answer } from './run-tests.ts';
import type { FileReport, Order } from './runner.ts';

type State = FileReport['state'];
const tests = [{ test: 'a' }, { test: 'b', ids: ['1'] }];

/** Answers in turn, each by what became of the files; `late` says that time ran out. */
function answering(...answers: (Record<string, State> | [Record<string, State>, 'late'])[]) {
  const asked: [tests: Order['tests'], limitMs: number][] = [];
  const run: Run = async (order, limitMs): Promise<Answer> => {
    asked.push([order.tests, limitMs]);
    const answer = answers.shift();
    if (answer === undefined) throw new Error('run once more than expected');
    const [states, late] = Array.isArray(answer) ? answer : [answer];
    const ms = 1_000;
    const reports = Object.entries(states).map(([test, state]) => ({ test, state, ms, cpuMs: 1, count: 1 }));
    return { reports, isLate: late === 'late', ms };
  };
  return { run, asked };
}

const endOf = (withFault: Run, without: Run = answering().run) =>
  endOfFault({ tests, usualMs: 500 }, { withFault, without, restart: () => undefined });

describe('endOfFault', () => {
  it('is survived when all tests pass', async () => {
    expect(await endOf(answering({ a: 'passed', b: 'passed' }).run)).toEqual({ end: 'survived' });
  });

  it('is killed by a test that fails twice, and passes without the fault in between', async () => {
    const withFault = answering({ a: 'passed', b: 'failed' }, { b: 'failed' });
    const without = answering({ b: 'passed' });
    expect(await endOf(withFault.run, without.run)).toEqual({ end: 'killed', by: 'b' });
    expect(without.asked).toEqual([[[{ test: 'b', ids: ['1'] }], 12_000]]);
  });

  it('is not killed by a test that fails without the fault too', async () => {
    const withFault = answering(...Array(4).fill({ a: 'failed' }));
    const without = answering(...Array(4).fill({ a: 'failed' }));
    expect(await endOf(withFault.run, without.run)).toEqual({ end: 'survived' });
    expect(withFault.asked.map(([, limitMs]) => limitMs)).toEqual([12_000, 24_000, 48_000, 96_000]);
  });

  it('runs the whole of a file one test of which fails by itself', async () => {
    const withFault = answering({ a: 'passed', b: 'failed' }, { a: 'passed', b: 'passed' });
    const without = answering({ b: 'failed' });
    expect(await endOf(withFault.run, without.run)).toEqual({ end: 'survived' });
    expect(withFault.asked[1]?.[0]).toEqual([{ test: 'a' }, { test: 'b' }]);
  });

  it('is timed out when what had not ended is late again, by what it takes without the fault at the time', async () => {
    const withFault = answering([{ a: 'passed' }, 'late'], [{}, 'late']);
    const without = answering({ b: 'passed' });
    expect(await endOf(withFault.run, without.run)).toEqual({ end: 'timed out' });
    expect(withFault.asked[1]).toEqual([[{ test: 'b', ids: ['1'] }], 14_000]);
  });

  it('is not timed out when the machine holds up the tests without the fault as well', async () => {
    const withFault = answering([{}, 'late'], { a: 'passed', b: 'passed' });
    expect(await endOf(withFault.run, answering([{}, 'late']).run)).toEqual({ end: 'survived' });
  });

  it('carries out the order again when nothing was run', async () => {
    const withFault = answering({ a: 'skipped', b: 'passed' }, { a: 'passed', b: 'passed' });
    expect(await endOf(withFault.run)).toEqual({ end: 'survived' });
  });
});
