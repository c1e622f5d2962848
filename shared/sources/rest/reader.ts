import type { KindReader } from '../kind.ts';
import { isFetched } from '../kind-parts.ts';
import { continueRest, pastEnd } from './rest.ts';

export const restReader: KindReader<'rest'> = {
  ...isFetched,
  pastEnd: (request, status, job) => pastEnd(job, request, status),
  read(request, answer, { job }) {
    const { next, repeats, ended, doubt, end } = continueRest(job, request, answer);
    if (ended !== undefined)
      return { is: 'end', fact: { end: 'skipped', code: 'REST_ENDED', message: ended } };
    // A doubt about the paging takes nothing from the page itself.
    const faults = doubt === undefined ? [] : [doubt];
    const parts = { ...(repeats === undefined ? {} : { repeats }), ...(end === undefined ? {} : { end }) };
    return { is: 'page', paging: { next, faults, ...parts } };
  },
};
