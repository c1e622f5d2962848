import type { SourceStart } from '../source.ts';

export const placesStart: SourceStart<'places'> = {
  seeds: (_settings, index, { places }) => ({ links: [], ...(places?.first(index) ?? { next: [] }) }),
  async open({ job, openFile }) {
    // Loaded on demand: the code for places is slow to load, and other sources do not need it.
    const { openPlaces } = await import('./places.ts');
    return { places: await openPlaces(job, openFile) };
  },
  ofItems: undefined,
};
