import type { PlacesSource } from '../../job/schema.ts';
import { areaName } from '../../places/areas/area.ts';
import { formatNoun } from '../../text/format.ts';
import type { SourceRules } from '../source.ts';
import { linksText } from './given-link.ts';
import { placeItems } from './items.ts';
import { listingEndpoint } from './listing/search-request.ts';
import { reviewItems } from './reviews/items.ts';
import { reviewsSummary } from './reviews/summary.ts';
import { placesSummary } from './summary.ts';

/** Places of Google Maps, by its API or by its public listing. */
export const placesRules: SourceRules<'places'> = {
  files: filesOf,
  // Headers of the job reach the listing, such as a consent cookie; the API has its key, and websites are none of its URLs.
  urls: ({ source, endpoint = listingEndpoint }) => (source === 'google-maps' ? [endpoint] : []),
  pages: () => ({ urls: [] }),
  headers: () => undefined,
  namesPages: false,
  leadsOn: false,
  describe({ source, queries = [], areas = [], placeIds = [], links = [], linkFile, fields, reviews }) {
    const searched = `${formatNoun(queries.length, 'query', 'queries')} in ${areasText(areas)}`;
    const named = formatNoun(placeIds.length, 'place id');
    const what = [
      ...(queries.length === 0 ? [] : [searched]),
      ...(placeIds.length === 0 ? [] : [named]),
      ...(links.length === 0 ? [] : [linksText(links)]),
      ...(linkFile === undefined ? [] : [`links of ${linkFile}`]),
    ];
    const taken = `${formatNoun(fields.length, 'field')}${reviews === undefined ? '' : ' and the reviews'} of each place`;
    return `${source}: ${what.join(', ')}, ${taken}`;
  },
  notice: ({ source }) => (source === 'google-maps' ? listingNotice : []),
  secrets: {
    settingsWithSecrets: ({ key }) => key,
    plain: () => null,
    origins: () => [],
    withoutSecrets: (frozen, resolved) =>
      frozen.key === undefined ? resolved : { ...resolved, key: frozen.key },
    // What it asks is made by this project, with the key in a header, and is never redirected.
    isHome: () => true,
  },
  items: [placeItems, reviewItems],
  summaries: [placesSummary, reviewsSummary],
  coverage: async () => (await import('./coverage.ts')).placesCoverage,
};

/** What reading the listing of Google Maps means. */
const listingNotice = [
  'source: google-maps reads the public listing of Google Maps. Google’s terms of service forbid automated access, and its',
  'robots.txt forbids /search; whether you may do it all the same is for you to decide (docs/places.md). If Google blocks it, the run stops.',
];

function filesOf({ areas = [], linkFile }: PlacesSource): string[] {
  const ofAreas = areas.flatMap(({ geojson }) => (typeof geojson === 'string' ? [geojson] : []));
  return linkFile === undefined ? ofAreas : [...ofAreas, linkFile];
}

/** How many areas a message names. */
const maxNamed = 5;

function areasText(areas: NonNullable<PlacesSource['areas']>): string {
  const names = areas.map(areaName).slice(0, maxNamed);
  const more = areas.length > maxNamed ? ', …' : '';
  return `${formatNoun(areas.length, 'area')} (${names.join('; ')}${more})`;
}
