import { describeSeeds } from './seeds.ts';
import { simulate } from './simulate.ts';

describeSeeds(
  'the engine, simulated',
  { count: 10_000, sample: 500, replay: 'node test/simulation/replay.ts' },
  (seed) => simulate(seed),
);
