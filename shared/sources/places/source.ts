import type { PlacesSource } from '../../job/schema.ts';
import type { SourceRules } from '../source.ts';

/** Places of Google Maps, by its API or by its public listing. */
export const placesRules: SourceRules<'places'> = {
  seeds: (_settings, index, { places }) => ({ links: [], next: places?.first(index) ?? [] }),
  files: areaFiles,
  urls: () => [],
  pages: () => ({ urls: [] }),
  secrets: {
    carriers: ({ key }) => key,
    plain: () => null,
    origins: () => [],
    concealed: (frozen, resolved) => (frozen.key === undefined ? resolved : { ...resolved, key: frozen.key }),
    // What it asks is made by this project, with the key in a header, and is never redirected.
    isHome: () => true,
  },
  async open({ job, openFile }) {
    // What reads places takes its time to load, so that others are spared it.
    const { openPlaces } = await import('./places.ts');
    return { places: await openPlaces(job, openFile) };
  },
};

function areaFiles({ areas = [] }: PlacesSource): string[] {
  return areas.flatMap(({ geojson }) => (typeof geojson === 'string' ? [geojson] : []));
}
