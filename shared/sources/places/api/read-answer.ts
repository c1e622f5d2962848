import { parseExactJson } from '../../../exact-json.ts';
import type { FetchResult } from '../../../fetch/types.ts';
import type { Box } from '../../../places/areas/box.ts';
import type { Place } from '../../../places/place.ts';
import { placeOfApi } from './api-place.ts';
import { type Failure, hasError, readApiError, readFailure } from './read-failure.ts';
import { isObject, readList, readNumber, readObject, readText } from './read-values.ts';

/** An answer of any status; names of headers are in lower case. */
export type ApiAnswer = Pick<FetchResult, 'status' | 'headers' | 'body'>;

export type ApiSearchRead = { state: 'places'; places: Place[]; nextPageToken?: string } | Failure;

/** `gone`: there is no such place any more, or never was. */
export type DetailsRead = { state: 'place'; place: Place } | { state: 'gone' } | Failure;

/** Reads the answer of either search. Never throws for what the server sent; an empty object is no places. */
export function readSearch({ status, headers, body }: ApiAnswer): ApiSearchRead {
  const answer = parseJson(body);
  if (status !== 200 || hasError(answer)) return readFailure(status, headers, answer);
  if (!isObject(answer)) return changed('The answer is not a JSON object.');
  const { places: entries = [], nextPageToken } = answer;
  if (!Array.isArray(entries)) return changed('`places` is not a list.');
  const places = entries.map(placeOfApi).filter((place) => place !== undefined);
  if (places.length < entries.length) return changed('A place has no `id`.');
  const token = readText(nextPageToken);
  return { state: 'places', places, ...(token === undefined ? {} : { nextPageToken: token }) };
}

export function readDetails({ status, headers, body }: ApiAnswer): DetailsRead {
  const answer = parseJson(body);
  if (isGone(status, answer)) return { state: 'gone' };
  if (status !== 200 || hasError(answer)) return readFailure(status, headers, answer);
  const place = placeOfApi(answer);
  return place === undefined ? changed('The place has no `id`.') : { state: 'place', place };
}

export type AreaRead = { state: 'area'; area: ApiArea } | { state: 'gone' } | Failure;

/** A place as an area: what a map shows of it. Degrees; `west` is greater than `east` across the antimeridian. */
export interface ApiArea {
  address: string;
  /** Google's, such as `locality` and `political`. */
  types: string[];
  viewport: Box;
}

export function readArea({ status, headers, body }: ApiAnswer): AreaRead {
  const answer = parseJson(body);
  if (isGone(status, answer)) return { state: 'gone' };
  if (status !== 200 || hasError(answer)) return readFailure(status, headers, answer);
  const { formattedAddress, types, viewport } = readObject(answer);
  const { low, high } = readObject(viewport);
  if (!isObject(low) || !isObject(high)) return changed('The place has no `viewport`.');
  // JSON of protocol buffers leaves out a number that is 0.
  const degrees = (corner: Record<string, unknown>, name: string) =>
    readNumber(corner[name] ?? 0) ?? Number.NaN;
  const area: ApiArea = {
    address: readText(formattedAddress) ?? '',
    types: readList(types).filter((type) => typeof type === 'string'),
    viewport: {
      west: degrees(low, 'longitude'),
      south: degrees(low, 'latitude'),
      east: degrees(high, 'longitude'),
      north: degrees(high, 'latitude'),
    },
  };
  const isWhole = Object.values(area.viewport).every(Number.isFinite);
  return isWhole ? { state: 'area', area } : changed('A corner of `viewport` is no point.');
}

/** NOT_FOUND is an id that is obsolete, INVALID_ARGUMENT that names the place id one that never was (Place IDs). */
function isGone(status: number, answer: unknown): boolean {
  const { code, message } = readApiError(status, answer);
  return code === 'NOT_FOUND' || (code === 'INVALID_ARGUMENT' && /\bplace id\b/i.test(message));
}

function changed(message: string): Failure {
  return { state: 'changed', message };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return parseExactJson(new TextDecoder().decode(body));
  } catch {
    // The caller reports invalid JSON, since its meaning depends on the status.
    return undefined;
  }
}
