import type { Json } from '../../model.ts';
import { markAmbiguous, otherThan, unheard, unreadValue } from './candidates.ts';
import { contextOf, emptyLoss, isEnough, readValue } from './read-value.ts';
import { absent, type FieldAt, type Loss, type Reading } from './reading.ts';
import { lossAt, type ValueParts } from './value-list.ts';

/**
 * Compiles a field of one plain value: that of the first spot with one. It is counted as ambiguous where another spot has another
 * value, or where what a spot before it has cannot be read.
 */
export function oneValue<Scope, Spot>(
  parts: ValueParts<Scope, Spot>,
): (scope: Scope, reading: Reading, at: FieldAt) => Json {
  const { field, locate, take, otherAt, languageAt, conversion } = parts;
  const readAt = (spot: Spot, reading: Reading, at: FieldAt) => {
    const raw = take(spot, reading);
    const context = contextOf(reading, () => languageAt(spot), at);
    return { raw, context, value: readValue(conversion, raw, context) };
  };
  return (scope, reading, at) => {
    let loss: Loss | undefined;
    let empty: Json | undefined;
    const spots = locate(scope);
    for (const [index, spot] of spots.entries()) {
      const { raw, context, value } = readAt(spot, reading, at);
      if (value !== undefined && isEnough(value, field)) {
        const behind = () =>
          otherThan(value, spots.slice(index + 1), (other) => readAt(other, unheard(reading), at).value);
        const other = otherAt?.(spot) ?? (spots.length === 1 ? undefined : (unreadValue(loss) ?? behind()));
        markAmbiguous(other, reading, at);
        return value;
      }
      empty ??= value;
      // Of several losses, the one at the latest step says most.
      if (!loss?.found) {
        loss = value === undefined ? lossAt(spot, parts, raw, context) : emptyLoss(field);
      }
    }
    return absent(field, reading, at, loss) ?? empty ?? null;
  };
}
