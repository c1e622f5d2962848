import type { KindReader } from '../kind.ts';
import { isFetched } from '../kind-parts.ts';
import { placesOf } from './places-of.ts';

export const shortLinkReader: KindReader<'shortLink'> = {
  ...isFetched,
  read: (request, answer, env) => ({
    is: 'source',
    expansion: placesOf(env).expandShortLink(request, answer),
  }),
};
