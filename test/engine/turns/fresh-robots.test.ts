import { expect, it } from 'vitest';
import { groupDelayMs } from '../../../shared/engine/turns/group-delay.ts';
import { isFreshRobots } from '../../../shared/engine/turns/open-robots-gate.ts';
import type { RobotsRecord } from '../../../shared/model.ts';

const fetchedAt = 1_000_000;
const dayMs = 86_400_000;
const found: RobotsRecord = { fetchedAt, state: 'found', body: 'User-agent: *\nCrawl-delay: 9' };
const unreachable: RobotsRecord = { fetchedAt, state: 'unreachable', body: '' };

// Slightly sooner than its time is over: by so much two clocks may differ.
it.each<[string, RobotsRecord, number, boolean]>([
  ['was found', found, dayMs - 1_001, true],
  ['was found', found, dayMs - 1_000, false],
  ['is absent', { ...found, state: 'absent' }, dayMs - 1_001, true],
  ['is unreachable', unreachable, 3_999, true],
  ['is unreachable', unreachable, 4_000, false],
  [
    'is unreachable until the host is to be asked again',
    { ...unreachable, againAt: fetchedAt + 9_000 },
    7_999,
    true,
  ],
])('a robots.txt that %s (%j) is fresh after %i ms: %j', (_, record, afterMs, isFresh) => {
  expect(isFreshRobots(record, fetchedAt + afterMs)).toBe(isFresh);
});

it.each<[RobotsRecord | undefined, number, number, number]>([
  [found, 60_000, 0, 9_000],
  [found, 5_000, 0, 5_000],
  [found, 60_000, dayMs, 0],
  [{ ...found, state: 'absent', body: '' }, 60_000, 0, 0],
  [undefined, 60_000, 0, 0],
])(
  'of a group with %j, whose job waits for %i ms, the delay is after %i ms %i ms',
  (robots, maxDelayMs, afterMs, delayMs) => {
    const job = { politeness: { userAgent: 'Bot/1', maxDelayMs } } as unknown as Parameters<
      typeof groupDelayMs
    >[1];
    expect(groupDelayMs(robots === undefined ? {} : { robots }, job, fetchedAt + afterMs)).toBe(delayMs);
  },
);
