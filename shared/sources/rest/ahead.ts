import { isSampled, type SourceAhead } from '../ahead-parts.ts';

export const restAhead: SourceAhead<'rest'> = {
  ...isSampled,
  request: async () => (await import('./request-of-url.ts')).restRequestOf,
};
