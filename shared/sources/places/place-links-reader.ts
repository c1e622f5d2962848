import type { KindReader } from '../kind.ts';
import { isWorkedOut } from '../kind-parts.ts';
import { placesOf } from './places-of.ts';

export const placeLinksReader: KindReader<'placeLinks'> = {
  ...isWorkedOut,
  begin: async (request, env) => ({
    is: 'source',
    expansion: await placesOf(env).expandLinks(request, env.openFile),
  }),
};
