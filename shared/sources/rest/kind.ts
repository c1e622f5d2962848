import type { PageRequest } from '../../model.ts';
import type { Kind } from '../kind.ts';
import { followed, hostRulesOfJob, identityInSource, isFree } from '../kind-parts.ts';
import { listAnswer } from './read-list.ts';
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
  lists: 'next',
  carriesSecrets: true,
  reads: 'file',
  minBodyBytes: 0,
  redirects: followed(),
  // Where the paging has been is no part of the page.
  identity: (request) => identityInSource(request, positionOf(request)),
  isPlain: () => false,
  hostRules: hostRulesOfJob,
  factParts: () => ({}),
  pageParts({ source }: PageRequest<'rest'>, job) {
    return { list: listAnswer(job.sources[source]?.rest?.items) };
  },
  // Nothing else names the pages after it.
  end: ({ source }, { end, code }) => {
    const isUnread = end === 'failed' || (end === 'skipped' && code === 'ROBOTS_DISALLOWED');
    return { items: [], ...(isUnread ? { counts: { 'lists:cut': 1, [`lists:cut:${source}`]: 1 } } : {}) };
  },
};
