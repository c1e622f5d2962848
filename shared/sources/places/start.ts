import type { SourceStart } from '../source.ts';

export const placesStart: SourceStart<'places'> = {
  seeds: (_settings, index, { places }) => ({ links: [], next: places?.first(index) ?? [] }),
  async open({ job, openFile }) {
    // What reads places takes its time to load, so that others are spared it.
    const { openPlaces } = await import('./places.ts');
    return { places: await openPlaces(job, openFile) };
  },
};
