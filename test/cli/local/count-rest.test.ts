import { describe, expect, it } from 'vitest';
import { cancelledLines, isLeftForLater } from '../../../cli/local/count-rest.ts';
import { formatTime } from '../../../shared/text/format.ts';
import { makeRun } from '../../observe/make-run.ts';

const run = makeRun({ id: 'b-1', state: 'cancelled' });
const waiting = (count: string) => [
  `cancelled b-1: 0 pages not fetched, 0 items kept`,
  `${count}; nothing more will be fetched.`,
  'To count what is left then: npx spinneret cancel b-1',
];

describe('cancelledLines', () => {
  it.each([
    [{ open: 0 }, true, undefined, ['cancelled b-1: 0 pages not fetched, 0 items kept']],
    [
      { items: 1, cancelled: 1_200 },
      true,
      undefined,
      [
        'cancelled b-1: 1,200 pages not fetched, 1 item kept',
        'next: npx spinneret export b-1 --output items.jsonl',
      ],
    ],
    [{ open: 1 }, false, undefined, waiting('1 batch waits for a host')],
    [{ open: 2 }, false, 5_000, waiting(`2 batches wait for a host until ${formatTime(5_000)}`)],
  ])('says of %j, over: %s, next due: %s', (counts, isOver, nextDueAt, lines) => {
    const due = nextDueAt === undefined ? {} : { nextDueAt };
    expect(cancelledLines({ run, counts, isOver, ...due })).toEqual(lines);
  });
});

describe('isLeftForLater', () => {
  it.each([
    ['what is over', { isOver: true }, true],
    ['what is due', { isOver: false }, false],
    ['what a process may hold', { isOver: false, nextDueAt: 1_000 + 60_000 + 3_000 }, false],
    ['what waits longer than any process holds it', { isOver: false, nextDueAt: 64_001 }, true],
  ])('tells %s', (_, view, isLeft) => {
    expect(isLeftForLater(view, 60_000, 1_000)).toBe(isLeft);
  });
});
