import type { KindReader } from '../kind.ts';
import { isFetched, isWorkedOut } from '../kind-parts.ts';
import { placesOf } from './places-of.ts';

export const placeReader: KindReader<'place'> = {
  ...isWorkedOut,
  begin: (request, env) => ({ is: 'chainStep', ...placesOf(env).begin(request) }),
};

export const detailsReader: KindReader<'details'> = {
  ...isFetched,
  read(request, answer, env) {
    const read = placesOf(env).readDetails(request, answer);
    if (read === 'gone') return { is: 'end', fact: { end: 'failed', code: 'PLACE_GONE' } };
    if ('refused' in read) {
      return { is: 'end', fact: { end: 'skipped', code: 'PLACE_FILTERED' }, leftOut: read.refused };
    }
    return 'halt' in read ? { is: 'halt', ...read.halt } : { is: 'chainStep', ...read };
  },
};

export const siteReader: KindReader<'site'> = {
  ...isFetched,
  read: (request, answer, env) => ({ is: 'chainStep', ...placesOf(env).readSite(request, answer) }),
};
