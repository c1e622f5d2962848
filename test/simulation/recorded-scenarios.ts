import { endless } from './calendar-site.ts';
import { inGroups } from './in-groups.ts';
import { ordered } from './ordered.ts';
import type { RecordedScenario } from './record-run.ts';
import type { Variant } from './scenario.ts';
import { breaking, commanded, keyed, limited, lossy, poisoned, upgraded, wide } from './variants.ts';

/** By what is changed of the worlds that seeds draw: the seeds. */
const variants: [name: string, variantOf: (seed: number) => Variant, seeds: number[]][] = [
  ['plain', () => (it) => it, [9, 14, 15, 21, 28, 40, 42, 49, 58, 65, 70, 79]],
  ['ordered', ordered, [10, 13, 30, 51, 74, 88]],
  ['lossy', () => lossy, [2, 22, 83, 90]],
  ['upgraded', () => upgraded, [97, 98, 118, 140]],
  ['inGroups', inGroups, [11, 20, 27, 48, 74]],
  ['limited', limited, [40, 46, 51, 53, 67, 68, 75, 89]],
  ['commanded', commanded, [39, 46, 47]],
  ['breaking', breaking, [14, 20, 26, 30, 44, 82]],
  ['keyed', keyed, [8, 62, 68]],
  ['poisoned', () => poisoned, [16, 78]],
  ['wide', wide, [40, 70]],
  ['endless', () => endless, [28, 87]],
];

export const recordedScenarios: RecordedScenario[] = variants.flatMap(([name, variantOf, seeds]) =>
  seeds.map((seed) => ({ name: `${name} ${seed}`, seed, variant: variantOf(seed) })),
);
