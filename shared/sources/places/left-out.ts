import { createHash } from 'node:crypto';
import type { Area } from '../../places/areas/area.ts';
import { type FilterRule, type PlaceFilter, usedRules } from '../../places/filter.ts';
import type { ItemKey } from '../kind.ts';
import { itemKeyOf, type PlaceState } from './place-state.ts';

/**
 * By what later runs with `onlyNew` know that a place was left out, so that they need not pay for it again. The key says why: the
 * rule of the filter that it failed, with its value, or the area that it lies outside of. So a run with another filter still knows
 * it by the rules that both have. Places change, so it fades; what was closed at the moment of the answer is not remembered at all.
 */
export function leftOutByRule(key: string, rule: FilterRule, filter: PlaceFilter): ItemKey[] {
  return ruleTexts(filter, [rule]).map((text) => leftOut(key, text));
}

/** By any rule of the filter. */
export function leftOutByFilter(key: string, filter: PlaceFilter): ItemKey[] {
  return ruleTexts(filter, usedRules(filter)).map((text) => leftOut(key, text));
}

export function leftOutByArea(key: string, { outlines, marginM }: Area): ItemKey {
  const drawn = marginM === undefined ? outlines : { outlines, marginM };
  const digest = createHash('sha256').update(JSON.stringify(drawn)).digest('base64url').slice(0, 16);
  return leftOut(key, `outside ${digest}`);
}

/** Of a place that is known by its id alone, so far. */
export function leftOutKeys({ key, fetchedAt, rules = [] }: PlaceState): ItemKey[] {
  return fetchedAt === '' ? rules.map((text) => leftOut(key, text)) : [];
}

/** Rules with their values, such as `minRating=4.5`, but for those that hold for a moment alone. */
export function ruleTexts(filter: PlaceFilter, rules: FilterRule[]): string[] {
  return rules
    .filter((rule) => rule !== 'openNow')
    .map((rule) => {
      const value = filter[rule];
      return `${rule}=${JSON.stringify(Array.isArray(value) ? value.toSorted() : value)}`;
    });
}

function leftOut(key: string, why: string): ItemKey {
  const { scope } = itemKeyOf(key);
  return { scope, key: `${key} left out: ${why}`, fades: true };
}
