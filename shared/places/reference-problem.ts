import type { NamedPlace } from './place-reference.ts';

const problems = {
  none: 'names no place: a place id, feature id, CID, or a URL of Google Maps that has one of them',
  cid: 'a CID is half of an id, with which the API cannot find a place; source: google-maps can',
  noNumbers:
    'a place id without a feature id in it, which the listing cannot be asked for; source: google-places can',
};

/** Why the source cannot resolve a reference; `undefined` where it can. */
export function problemOf(
  { source }: { source: 'google-places' | 'google-maps' },
  reference: NamedPlace,
): string | undefined {
  switch (reference.form) {
    case 'none':
      return problems.none;
    // One request to its host says where it leads.
    case 'shortLink':
      return undefined;
    case 'cid':
      return source === 'google-places' ? problems.cid : undefined;
    case 'placeId':
      return source === 'google-maps' && reference.featureId === undefined ? problems.noNumbers : undefined;
    case 'featureId':
      return undefined;
    default:
      return reference satisfies never;
  }
}
