import { isSampled, type SourceAhead } from '../ahead-parts.ts';

export const urlsAhead: SourceAhead<'urls'> = {
  ...isSampled,
  list: async () => (await import('./list-pages.ts')).listUrls,
};
