import { isSampled, type SourceAhead } from '../ahead-parts.ts';

export const placesAhead: SourceAhead<'places'> = {
  ...isSampled,
  estimate: async () => (await import('./estimate/estimate.ts')).planPlacesEstimate,
  notes: async () => (await import('./note-links.ts')).noteLinks,
  locate: async () => (await import('./locate-areas.ts')).locateAreas,
  query: async () => (await import('./trial/trial.ts')).openPlacesQuery,
};
