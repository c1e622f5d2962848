import type { Json } from '../../model.ts';
import { isObject } from './read-list.ts';

/** What an answer says of itself: its own entries, and those of objects in it such as `meta` and `pagination`. */
export function factsOf(answer: Json): [string, Json][] {
  if (!isObject(answer)) return [];
  const entries = Object.entries(answer);
  return [...entries, ...entries.flatMap(([, value]) => (isObject(value) ? Object.entries(value) : []))];
}
