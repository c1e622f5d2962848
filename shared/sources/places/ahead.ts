import { isSampled, type SourceAhead } from '../ahead-parts.ts';

export const placesAhead: SourceAhead<'places'> = {
  ...isSampled,
  estimate: async () => (await import('./estimate/estimate.ts')).planPlacesEstimate,
  query: async () => (await import('./trial/trial.ts')).openPlacesQuery,
};
