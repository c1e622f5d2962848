import type { Place } from '../../shared/places/place.ts';

export interface Score {
  /** Share of the true places that were found. */
  recall: number;
  missing: string[];
  /** Ids that are not in the truth. */
  extra: string[];
  /** Ids that were found more than once. */
  repeated: string[];
  /** Per field how many of the found places have it right, and have it wrong. */
  fields: Record<string, { right: number; wrong: number }>;
  /** What is wrong; the first hundred. */
  wrong: { placeId: string; field: string; expected: unknown; found: unknown }[];
}

/**
 * Compares what a run found with the truth. A field counts if any place of the truth has it: it must then be
 * as the truth says, and absent where the truth has none. Spaces, dashes and the separators of phone numbers
 * do not count; nor does the order of contacts.
 * @param fields Those that the job asked for. Default: all that the truth has.
 */
export function scorePlaces(
  found: Iterable<Place>,
  truth: ReadonlyMap<string, Place>,
  fields: Iterable<string> = new Set([...truth.values()].flatMap((place) => Object.keys(place))),
): Score {
  const score: Score = { recall: 0, missing: [], extra: [], repeated: [], fields: {}, wrong: [] };
  const seen = new Set<string>();
  for (const place of found) {
    const expected = truth.get(place.placeId);
    if (seen.has(place.placeId)) score.repeated.push(place.placeId);
    else if (expected === undefined) score.extra.push(place.placeId);
    else compare(place, expected, fields, score);
    seen.add(place.placeId);
  }
  score.missing = [...truth.keys()].filter((placeId) => !seen.has(placeId));
  score.recall = truth.size === 0 ? 1 : 1 - score.missing.length / truth.size;
  return score;
}

function compare(place: Place, expected: Place, fields: Iterable<string>, score: Score): void {
  for (const field of fields) {
    const [wanted, got] = [valueAt(expected, field), valueAt(place, field)];
    const isRight = agrees(field, wanted, got);
    const tally = score.fields[field] ?? { right: 0, wrong: 0 };
    tally[isRight ? 'right' : 'wrong'] += 1;
    score.fields[field] = tally;
    if (!isRight && score.wrong.length < 100) {
      score.wrong.push({ placeId: place.placeId, field, expected: wanted, found: got });
    }
  }
}

function valueAt(place: Place, field: string): unknown {
  return Object.entries(place).find(([name]) => name === field)?.[1];
}

/** An object may say more than the truth, but nothing else. */
function agrees(field: string, expected: unknown, found: unknown): boolean {
  if (Array.isArray(expected) && Array.isArray(found)) {
    const [wanted, got] = [sortIfUnordered(field, expected), sortIfUnordered(field, found)];
    return wanted.length === got.length && wanted.every((value, index) => agrees('', value, got[index]));
  }
  if (isObject(expected) && isObject(found)) {
    return Object.entries(expected).every(([name, value]) =>
      agrees(name === 'value' ? 'phone' : name, value, found[name]),
    );
  }
  if (typeof expected === 'string' && typeof found === 'string') return fold(expected) === fold(found);
  return expected === found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const unordered = ['contacts', 'emails', 'websitePhones'];

function sortIfUnordered(field: string, values: unknown[]): unknown[] {
  if (!unordered.includes(field)) return values;
  const keyOf = (value: unknown) =>
    fold(isObject(value) ? `${value['kind']} ${value['value']}` : String(value));
  return values.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** A phone number may have spaces or not; hours may be `9 AM–5:30 PM`, `9:00 AM – 5:30 PM` or `09:00–17:30`. */
function fold(text: string): string {
  const plain = text.replace(/\s*–\s*/g, '–').replace(/\s/g, ' ');
  const [, from, past, half, to, pastTo, halfTo] = hourSpan.exec(plain) ?? [];
  if (from !== undefined) return `${clock(from, past, half ?? halfTo)}–${clock(to, pastTo, halfTo)}`;
  return /^\+?[\d ().-]+$/.test(plain) ? plain.replace(/[ ().-]/g, '') : plain;
}

const hourSpan = /^(\d{1,2})(?::(\d\d))? ?([AP]M)?–(\d{1,2})(?::(\d\d))? ?([AP]M)?$/i;

function clock(hour: string | undefined, past = '00', half?: string): string {
  const afternoon = half?.toUpperCase() === 'PM' ? 12 : 0;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + afternoon;
  return `${String(hours).padStart(2, '0')}:${past}`;
}
