/**
 * Places for values of items in the texts of a source: `{field}`, or `{field.path}` within it. `${env:NAME}` is a secret,
 * and no place for a value.
 */

const place = /(?<!\$)\{([\p{L}_][\p{L}\p{N}_.-]*)\}/gu;
/** As other languages write it. */
const mistaken = /\$\{([\p{L}_][\p{L}\p{N}_.-]*)\}/gu;

/** The text with each place filled by what `textOf` gives for its name. */
export function fillPlaces(text: string, textOf: (name: string) => string): string {
  return text.replace(place, (_, name: string) => textOf(name));
}

/** The name of the only place of a text that is nothing else, whose value keeps its type. */
export function wholePlace(text: string): string | undefined {
  const [match] = text.matchAll(place);
  return match?.[0] === text ? match[1] : undefined;
}

/** A place, or what looks like one, in the texts of a value. */
export interface PlaceFound {
  name: string;
  path: PropertyKey[];
  /** Written as `${name}`. */
  isMistaken: boolean;
}

/** All places in the texts of a value; keys are not looked at. */
export function findPlaces(value: unknown, path: PropertyKey[] = []): PlaceFound[] {
  if (typeof value === 'string') {
    const found = (pattern: RegExp, isMistaken: boolean) =>
      [...value.matchAll(pattern)].map(([, name = '']) => ({ name, path, isMistaken }));
    return [...found(place, false), ...found(mistaken, true)];
  }
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((entry, index) => findPlaces(entry, [...path, index]));
  return Object.entries(value).flatMap(([key, entry]) => findPlaces(entry, [...path, key]));
}

/** Parts of a source's settings in which values of items may stand. */
export interface Fillable {
  url: string;
  headers: Record<string, string>;
  form?: unknown;
  json?: unknown;
  multipart?: unknown;
  graphql?: { variables?: unknown } | undefined;
}

/** The places for values in a source, as it was written. */
export function placesOf({ url, headers, json, form, multipart, graphql }: Fillable): PlaceFound[] {
  const variables = findPlaces(graphql?.variables, ['graphql', 'variables']);
  return [...findPlaces({ url, headers, json, form, multipart }), ...variables];
}
