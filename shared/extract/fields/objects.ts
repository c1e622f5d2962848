import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { joinPath } from '../json/json-path.ts';
import { markAmbiguous, otherThan, unheard } from './candidates.ts';
import { absent, type FieldAt, type Reading } from './reading.ts';

/** Reads the fields of an object in a spot; `path` is that of the object in the item. */
export type ReadObject<Spot, Read extends Reading> = (spot: Spot, reading: Read, path: string) => Json;

/** The object of the first spot, which is counted as ambiguous where another one has other values. */
export function oneObject<Scope, Spot, Read extends Reading>(
  field: Field,
  locate: (scope: Scope, reading: Read) => Spot[],
  nested: ReadObject<Spot, Read>,
): (scope: Scope, reading: Read, at: FieldAt) => Json {
  return (scope, reading, at) => {
    const [spot, ...others] = locate(scope, reading);
    if (spot === undefined) return absent(field, reading, at);
    const path = joinPath(at.parent, at.name);
    const value = nested(spot, reading, path);
    if (others.length > 0) {
      const quiet = unheard(reading);
      const another = otherThan(value, others, (other) => nested(other, quiet, path));
      markAmbiguous(another, reading, at);
    }
    return value;
  };
}

/** The objects of all spots. */
export function objectList<Scope, Spot, Read extends Reading>(
  field: Field,
  locate: (scope: Scope, reading: Read) => Spot[],
  nested: ReadObject<Spot, Read>,
): (scope: Scope, reading: Read, at: FieldAt) => Json {
  return (scope, reading, at) => {
    const path = joinPath(at.parent, at.name);
    const objects = locate(scope, reading).map((spot, index) => nested(spot, reading, `${path}[${index}]`));
    return objects.length === 0 ? absent(field, reading, at) : objects;
  };
}
