import { isSampled, type SourceAhead } from '../ahead-parts.ts';

export const sendAhead: SourceAhead<'send'> = {
  ...isSampled,
  request: async () => (await import('./request-of-url.ts')).sentRequestOf,
};
