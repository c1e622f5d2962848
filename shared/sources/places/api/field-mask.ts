import { type FieldName, fieldsToAsk, placeFields } from '../../../places/place-fields.ts';
import type { ApiRequestType } from '../../../places/skus.ts';

/**
 * The X-Goog-FieldMask that asks for these fields and for the place's id: each name once, in a fixed order,
 * without spaces. Fields that the API does not have add nothing. Nearby search has no further pages,
 * and refuses a mask with `nextPageToken`.
 */
export function maskFor(type: ApiRequestType, fields: readonly FieldName[]): string {
  const names = [...new Set(fieldsToAsk(fields).flatMap((name) => placeFields[name].api?.mask ?? []))];
  if (type === 'details') return names.join(',');
  const ofPlaces = names.map((name) => `places.${name}`);
  return [...ofPlaces, ...(type === 'text' ? ['nextPageToken'] : [])].join(',');
}

/** The mask of text searches that only count places, which are free of charge. */
export const idsMask = maskFor('text', ['placeId']);
