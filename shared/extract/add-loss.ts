import type { LostValue } from '../model.ts';
import { withoutIndices } from './json/without-indices.ts';

/** Adds a loss to those of an item: each field and step once, with the number of its values that were lost there. */
export function addLoss(lost: LostValue[], loss: LostValue): void {
  const field = withoutIndices(loss.field);
  const alike = lost.find((known) => known.step === loss.step && withoutIndices(known.field) === field);
  if (alike === undefined) lost.push({ ...loss });
  else alike.times = (alike.times ?? 1) + (loss.times ?? 1);
}
