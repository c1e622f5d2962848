import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../model.ts';
import { joinPath } from '../json/json-path.ts';
import { foldSpace } from '../values/text.ts';
import { isBlankValue } from '../without-values.ts';
import { shown } from './read-value.ts';
import type { FieldAt, Loss, Reading, ReadingOf } from './reading.ts';

/**
 * The first value of the others that says something else than the one that is taken; white space says nothing. Each is read when it
 * is asked for, none behind the first that differs.
 */
export function otherThan<Spot>(
  value: Json,
  others: Iterable<Spot>,
  read: (other: Spot) => Json | undefined,
): Json | undefined {
  for (const spot of others) {
    const other = read(spot);
    if (other !== undefined && !isBlankValue(other) && !isSame(other, value)) return other;
  }
  return undefined;
}

function isSame(one: Json, other: Json): boolean {
  return typeof one === 'string' && typeof other === 'string'
    ? foldSpace(one) === foldSpace(other)
    : isDeepStrictEqual(one, other);
}

/** Counts the value of a field as one of several that differ. `other`: one of them; `undefined`: there is none. */
export function markAmbiguous(
  other: Json | undefined,
  { onMark }: Reading,
  { parent, name }: FieldAt,
  source?: string,
): void {
  if (other === undefined) return;
  const found = source === undefined ? shown(other) : `${shown(other)} (${source})`;
  onMark({ kind: 'ambiguous', field: joinPath(parent, name), found });
}

/** A reading whose marks and losses are of values that are not taken: nobody is to know of them. */
export function unheard<Read extends Reading | ReadingOf<unknown>>(reading: Read): Read {
  return { ...reading, missing: [], onLost: () => {}, onMark: () => {} };
}

/** Was there a value, and could it not be read? */
export function unreadValue(loss: Loss | undefined): string | undefined {
  return loss?.step === 'type' || loss?.step === 'transform' ? loss.found : undefined;
}
