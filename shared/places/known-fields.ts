type Maybe<Shape> = { [Key in keyof Shape]?: Shape[Key] | undefined };

/** The fields that have a value: what is unknown is absent. */
export function onlyKnown<Shape extends object>(fields: Maybe<Shape>): Partial<Shape> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Shape>;
}

/** `onlyKnown` of a whole shape: every field must be named, so that none is forgotten. */
export function known<Shape extends object>(
  fields: {
    [Key in keyof Shape]-?: Shape[Key] | undefined;
  },
): Shape {
  return onlyKnown<Shape>(fields) as Shape;
}

/** `onlyKnown`; absent when nothing is known. */
export function unlessEmpty<Shape extends object>(fields: Maybe<Shape>): Partial<Shape> | undefined {
  const found = onlyKnown(fields);
  return Object.keys(found).length === 0 ? undefined : found;
}
