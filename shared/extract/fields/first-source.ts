import { type FieldSource, isOfTree, nameOfSource } from '../../job/field-sources.ts';
import type { Field } from '../../job/schema.ts';
import type { ItemMark, Json } from '../../model.ts';
import { joinPath } from '../json/json-path.ts';
import { fieldTypeOf } from '../values/field-types.ts';
import { isBlankValue } from '../without-values.ts';
import { markAmbiguous, otherThan, unheard } from './candidates.ts';
import { absent, type FieldAt, type FieldReader, type Loss, type ReadingOf } from './reading.ts';

/**
 * Compiles a field with several sources: the value of the first that has one. Of several losses the one that came furthest counts.
 */
export function firstWithValue<Spot>(
  field: Field,
  sources: readonly FieldSource[],
  readers: readonly FieldReader<Spot>[],
): FieldReader<Spot> {
  const names = sources.map(nameOfSource);
  const compare = compareLater(field, sources, readers);
  return (scope, reading, at) => {
    let loss: Loss | undefined;
    const onLost = (found: Loss) => {
      if (loss?.found === undefined) loss = found;
    };
    for (const [index, read] of readers.entries()) {
      const marks: ItemMark[] = [];
      const onMark = (mark: ItemMark) => marks.push(mark);
      const value = read(scope, { ...reading, missing: [], onLost, onMark }, at);
      if (isBlankValue(value)) continue;
      const source = names[index] ?? '';
      if (index > 0) marks.push({ kind: 'from', field: joinPath(at.parent, at.name), source });
      for (const mark of marks) reading.onMark(mark);
      compare?.(value, index, scope, reading, at);
      return value;
    }
    return absent(field, reading, at, loss);
  };
}

type CompareLater<Spot> = (
  value: Json,
  taken: number,
  scope: Spot,
  reading: ReadingOf<Spot>,
  at: FieldAt,
) => void;

/**
 * Compiles what counts a value as ambiguous where a source behind its own has another one. Only numbers and yes or no are compared,
 * since texts and dates of one thing differ from place to place, and only with what needs no tree, which is built for no value that
 * is not taken.
 */
function compareLater<Spot>(
  { type, list }: Field,
  sources: readonly FieldSource[],
  readers: readonly FieldReader<Spot>[],
): CompareLater<Spot> | undefined {
  if (list || type === undefined || !fieldTypeOf(type).hasOneForm) return undefined;
  const compared = sources.flatMap((source, index) => {
    const read = readers[index];
    return read === undefined || isOfTree(source) ? [] : [{ index, name: nameOfSource(source), read }];
  });
  return (value, taken, scope, reading, at) => {
    const quiet = unheard(reading);
    for (const { index, name, read } of compared) {
      if (index <= taken) continue;
      const other = otherThan(value, [read], (later) => later(scope, quiet, at));
      if (other === undefined) continue;
      markAmbiguous(other, reading, at, name);
      return;
    }
  };
}
