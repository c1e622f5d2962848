import { DropError } from '../../errors.ts';
import type { PageRequest } from '../../model.ts';
import type { Kind } from '../kind.ts';
import { followed, identityInSource, isFree, jobsManners, nothingLeft } from '../kind-parts.ts';
import { continueRest } from './rest.ts';
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
  // APIs end their pages so.
  emptyAnswer: 'end',
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
  read(request, answer, { job }) {
    // A fault or a doubt about the paging takes nothing from the page itself.
    try {
      const { next, repeats, doubt } = continueRest(job, request, answer);
      const faults = doubt === undefined ? [] : [doubt];
      return { is: 'page', paging: { next, faults, ...(repeats === undefined ? {} : { repeats }) } };
    } catch (error) {
      if (!(error instanceof DropError)) throw error;
      return { is: 'page', paging: { next: [], faults: [error] } };
    }
  },
  end: nothingLeft,
};
