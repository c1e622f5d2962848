import { describeSeeds } from './seeds.ts';
import { simulateLocks } from './simulate-locks.ts';

describeSeeds(
  'locks, simulated',
  { count: 2_000, part: 0, parts: 1, replay: 'node test/simulation/replay.ts --locks' },
  simulateLocks,
);
