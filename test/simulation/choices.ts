import { makeRandom } from '../../bench/random.ts';

/** Everything that a seed decides. */
export interface Choices {
  /** In [0, 1). */
  random(): number;
  chance(probability: number): boolean;
  /** A whole number in [least, most]. */
  between(least: number, most: number): number;
  pick<T>(options: readonly [T, ...T[]]): T;
}

export function makeChoices(seed: number): Choices {
  const random = makeRandom(Math.imul(seed, 0x9e3779b1));
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  return {
    random,
    between,
    chance: (probability) => random() < probability,
    pick: (options) => options[between(0, options.length - 1)] ?? options[0],
  };
}
