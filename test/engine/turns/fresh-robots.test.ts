import { expect, it } from 'vitest';
import type { RunContext } from '../../../shared/engine/run-context.ts';
import { groupDelayMs } from '../../../shared/engine/turns/group-delay.ts';
import { isFreshRobots, keptRobotsGate } from '../../../shared/engine/turns/open-robots-gate.ts';
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

it('a robots.txt is compiled once for all batches of its host, and anew when it was fetched again', () => {
  const politeness = { userAgent: 'Bot/1', maxDelayMs: 60_000 };
  const context = { gates: new Map(), job: { politeness } } as unknown as RunContext;
  const now = () => fetchedAt + 10;
  const gateOf = (host: string, robots: RobotsRecord) => {
    const gate = keptRobotsGate({ now }, context, `http://${host}`, { robots });
    if (gate === undefined) throw new Error('it is fresh');
    return gate;
  };
  const closed: RobotsRecord = { fetchedAt, state: 'found', body: 'User-agent: *\nDisallow: /' };
  const first = gateOf('a.test', closed);
  expect(first.forbids('http://a.test/x')).toBe(true);
  expect(gateOf('a.test', { ...closed })).toBe(first);
  const open = gateOf('a.test', { ...found, fetchedAt: fetchedAt + 1 });
  expect(open.forbids('http://a.test/x')).toBe(false);
  expect(
    keptRobotsGate({ now: () => fetchedAt + 2 * dayMs }, context, 'http://a.test', { robots: closed }),
  ).toBeUndefined();
  // Of 500 hosts, not more: the oldest goes.
  for (let index = 0; index < 499; index += 1) gateOf(`h${index}.test`, closed);
  expect(context.gates.size).toBe(500);
  expect(gateOf('a.test', { ...found, fetchedAt: fetchedAt + 1 })).toBe(open);
  gateOf('last.test', closed);
  expect([context.gates.size, context.gates.has('a.test'), context.gates.has('h0.test')]).toEqual([
    500,
    false,
    true,
  ]);
});
