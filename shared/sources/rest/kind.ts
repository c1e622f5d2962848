import type { PageRequest } from '../../model.ts';
import type { Kind } from '../kind.ts';
import { followed, identityInSource, isFree, jobsManners } from '../kind-parts.ts';
import { continueRest, pastEnd } from './rest.ts';
import { positionOf, type RestTrail } from './rest-trail.ts';

declare module '../../model.ts' {
  interface RequestKinds {
    /** Version 0.1 kept the position alone. */
    rest: { source: number; cursor?: RestTrail | number };
  }
}

/** A page of an API: a page of the run, whose items the rule of its label takes. */
export const restKind: Kind<'rest'> = {
  ...isFree,
  touchesHost: true,
  isPage: true,
  countPrefix: '',
  countsAdmission: false,
  gives: 'items',
  carriesSecrets: true,
  reads: 'file',
  minBodyBytes: 0,
  redirects: followed(),
  // Where the paging has been is no part of the page.
  identity: (request) => identityInSource(request, positionOf(request)),
  isPlain: () => false,
  manners: jobsManners,
  instead: () => [],
  factParts: () => ({}),
  pageParts({ source }: PageRequest<'rest'>, job) {
    const itemsPath = job.sources[source]?.rest?.items;
    return { kind: 'rest', ...(itemsPath === undefined ? {} : { itemsPath }) };
  },
  begin: () => undefined,
  pastEnd: (request, status, job) => pastEnd(job, request, status),
  read(request, answer, { job }) {
    const { next, repeats, ended, doubt } = continueRest(job, request, answer);
    if (ended !== undefined)
      return { is: 'end', fact: { end: 'skipped', code: 'REST_ENDED', message: ended } };
    // A doubt about the paging takes nothing from the page itself.
    const faults = doubt === undefined ? [] : [doubt];
    return { is: 'page', paging: { next, faults, ...(repeats === undefined ? {} : { repeats }) } };
  },
  // Nothing else names the pages after it.
  end: (_request, { end, code }) => {
    const isUnread = end === 'failed' || (end === 'skipped' && code === 'ROBOTS_DISALLOWED');
    return { items: [], ...(isUnread ? { counts: { 'lists:cut': 1 } } : {}) };
  },
};
