import { featureIdOfCid, idsOfPlaceId, placeIdOfFeatureId, readFeatureId } from './place-ids.ts';

/** What a text names a place by. `half`: a CID is the second half of a feature id; the first one is not in it. */
export type NamedPlace =
  | { form: 'placeId'; placeId: string; featureId?: string }
  | { form: 'featureId'; placeId: string; featureId: string }
  | { form: 'cid'; cid: string; featureId: string }
  | { form: 'shortLink' }
  | { form: 'none' };

export type ReferenceForm = NamedPlace['form'];

/** Hosts of links that lead to a page of Google Maps, and name nothing themselves. */
const shortHosts = new Set(['maps.app.goo.gl', 'goo.gl', 'g.co', 'g.page', 'share.google']);

/** Domains of Google: google.com, google.gr, google.co.uk. */
const googleHost = /^(?:[a-z]+\.)*google\.(?:[a-z]{2,3}|com?\.[a-z]{2})$/;

/**
 * Reads a place id (`ChIJ…`, `place_id:ChIJ…`), a feature id (`0x…:0x…`), a CID (digits, `cid:…`) or a URL of Google Maps that
 * has one of these: `query_place_id`, `place_id`, `q=place_id:…`, `ftid`, `cid` ("Maps URLs", and links of the API), or the
 * `data=!…!1s0x…:0x…` and `!19sChIJ…` of a page's address. Of several, the one that says most. Nothing is fetched.
 */
export function readPlaceReference(text: string): NamedPlace {
  const trimmed = text.trim();
  if (/^https?:\/\//i.test(trimmed)) return ofUrl(trimmed);
  const [, named] = /^place_id:(.*)$/i.exec(trimmed) ?? [];
  const [, cid = trimmed] = /^cid:(.*)$/i.exec(trimmed) ?? [];
  return (
    (named === undefined ? undefined : ofPlaceId(named)) ??
    ofFeatureId(trimmed) ??
    ofCid(cid) ??
    ofPlaceId(trimmed) ?? { form: 'none' }
  );
}

function ofUrl(text: string): NamedPlace {
  const url = URL.parse(text);
  if (url === null) return { form: 'none' };
  const host = url.hostname.toLowerCase();
  if (shortHosts.has(host)) return { form: 'shortLink' };
  if (!googleHost.test(host)) return { form: 'none' };
  const parameter = (name: string) => url.searchParams.get(name) ?? undefined;
  const [, ofQuery] = /^place_id:(.+)$/i.exec(parameter('q') ?? parameter('query') ?? '') ?? [];
  const data = decode(url.pathname + url.search);
  const ids = [
    parameter('query_place_id'),
    parameter('place_id'),
    ofQuery,
    /!19s(ChIJ[\w-]{23})/.exec(data)?.[1],
  ];
  const features = [parameter('ftid'), /!1s(0x[0-9a-f]{1,16}:0x[0-9a-f]{1,16})/i.exec(data)?.[1]];
  return (
    first(ids, ofPlaceId) ??
    first(features, ofFeatureId) ??
    first([parameter('cid')], ofCid) ?? { form: 'none' }
  );
}

function first(
  texts: (string | undefined)[],
  read: (text: string) => NamedPlace | undefined,
): NamedPlace | undefined {
  for (const text of texts) {
    const reference = text === undefined ? undefined : read(text);
    if (reference !== undefined) return reference;
  }
  return undefined;
}

function ofPlaceId(placeId: string): NamedPlace | undefined {
  if (!/^(?!\d+$)[\w-]{10,300}$/.test(placeId)) return undefined;
  const featureId = idsOfPlaceId(placeId)?.featureId;
  return { form: 'placeId', placeId, ...(featureId === undefined ? {} : { featureId }) };
}

/** A feature id whose first half is 0 says no more than a CID. */
function ofFeatureId(text: string): NamedPlace | undefined {
  const featureId = readFeatureId(text);
  const placeId = featureId === undefined ? undefined : placeIdOfFeatureId(featureId);
  if (featureId === undefined || placeId === undefined) return undefined;
  const [half, cid = ''] = featureId.split(':');
  return half === '0x0' ? ofCid(String(BigInt(cid))) : { form: 'featureId', placeId, featureId };
}

function ofCid(text: string): NamedPlace | undefined {
  const featureId = featureIdOfCid(text);
  return featureId === undefined ? undefined : { form: 'cid', cid: text, featureId };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that is none of an escape.
    return text;
  }
}
