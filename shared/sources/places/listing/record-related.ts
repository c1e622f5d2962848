import { known } from '../../../places/known-fields.ts';
import { cidOfFeatureId, readFeatureId } from '../../../places/place-ids.ts';
import { at, countAt, eachOf, listAt, numberAt, textAt } from './at-path.ts';

/** A place that is shown beside another one. Of most, the listing gives nothing but an id, whose first half is 0. */
export interface ListingRelated {
  cid: string;
  name?: string;
  category?: string;
  rating?: number;
  reviewCount?: number;
  latitude?: number;
  longitude?: number;
}

/** All groups of them, each place once. */
export function readRelated(d: unknown): ListingRelated[] | undefined {
  const entries = listAt(d, 99, 0).flatMap((group) => listAt(group, 1));
  const places = new Map<string, ListingRelated>();
  for (const place of eachOf(entries, readPlace) ?? []) {
    if (!places.has(place.cid)) places.set(place.cid, place);
  }
  return places.size === 0 ? undefined : [...places.values()];
}

function readPlace(entry: unknown): ListingRelated | undefined {
  const featureId = readFeatureId(textAt(entry, 0) ?? '');
  const cid = featureId && cidOfFeatureId(featureId);
  if (!cid) return undefined;
  const record = at(entry, 1);
  return known<ListingRelated>({
    cid,
    name: textAt(record, 11),
    category: textAt(record, 13, 0),
    rating: numberAt(record, [4, 7], { least: 1, most: 5 }),
    reviewCount: countAt(record, 4, 8),
    latitude: numberAt(record, [9, 2], { least: -90, most: 90 }),
    longitude: numberAt(record, [9, 3], { least: -180, most: 180 }),
  });
}

/** Words and how many reviews have them, as the listing orders them. */
export function readKeywords(d: unknown): { word: string; reviews: number }[] | undefined {
  return eachOf(listAt(d, 153, 0), (entry) => {
    const [word, reviews] = [textAt(entry, 1), countAt(entry, 3, 4)];
    return word === undefined || reviews === undefined ? undefined : { word, reviews };
  });
}
