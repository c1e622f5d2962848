import { describeSeeds } from './seeds.ts';
import { simulateLocks } from './simulate-locks.ts';

describeSeeds(
  'locks, simulated',
  { count: 2_000, sample: 400, replay: 'node test/simulation/replay.ts --locks' },
  simulateLocks,
);
