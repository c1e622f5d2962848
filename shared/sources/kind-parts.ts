import type { PageRequest } from '../model.ts';
import type { Kind, KindReader, Leftover, Manners, RedirectRules, SourceEnv } from './kind.ts';

/** Decisions that several kinds share, each to be named by the kind that takes it. */

/** Where its request ends, nothing is left of it. */
export const nothingLeft = (): Leftover => ({ items: [] });

/** Of a kind that asks no host. */
export const asksNoHost = {
  touchesHost: false,
  reads: 'any',
  minBodyBytes: 0,
  carriesSecrets: false,
  redirects: followed(),
  manners: jobsManners,
} as const satisfies Partial<Kind>;

/** Nobody is paid for it, and no later run has to know of it. */
export const isFree = {
  price: () => undefined,
  remembered: () => undefined,
  attempts: (_request, _error, job) => job.fetch.attempts,
} as const satisfies Partial<Kind>;

/** It counts among the sources, not among the pages of the run. */
export const countsAsSource = {
  isPage: false,
  countPrefix: 'source:',
  countsAdmission: false,
  factParts: () => ({}),
  pageParts: () => ({ kind: 'page' as const }),
  isPlain: () => false,
} as const satisfies Partial<Kind>;

/** By what the job says of all hosts. */
export function jobsManners(_request: PageRequest, { job }: SourceEnv): Manners {
  return { robots: job.politeness.robots };
}

/** Redirects lead anywhere, and their target is admitted like a link. */
export function followed(sameBy: RedirectRules<never>['sameBy'] = 'address'): RedirectRules<never> {
  return { allows: () => true, hasRead: () => false, sameBy, staysItself: false };
}

/**
 * Two sources may read one sitemap or API, each taking something else from it. `place`: where the source stands,
 * as far as that tells two requests apart.
 */
export function identityInSource(request: PageRequest, place: unknown = request.cursor ?? null): string {
  const { kind, source, method = 'GET', url, body = '' } = request;
  return JSON.stringify([kind, source ?? null, method, url, body, place]);
}

/** It has to be fetched, and each failure of it is one. */
export const isFetched = {
  begin: () => undefined,
  instead: () => [],
  pastEnd: () => undefined,
} as const satisfies Partial<KindReader>;

/** It is worked out here, without an answer. */
export const isWorkedOut = {
  read: () => {
    throw new Error('a request that asks no host has no answer');
  },
  instead: () => [],
  pastEnd: () => undefined,
} as const satisfies Partial<KindReader>;
