import type { PageRequest } from '../model.ts';
import type { HostRules, Kind, KindReader, Leftover, RedirectRules, SourceEnv } from './kind.ts';

// Decisions that several kinds share; each kind names those that it uses.

/** Nothing is left when the request has ended. */
export const nothingLeft = (): Leftover => ({ items: [] });

/** For a kind that touches no host. */
export const asksNoHost = {
  touchesHost: false,
  reads: 'any',
  minBodyBytes: 0,
  carriesSecrets: false,
  redirects: followed(),
  hostRules: hostRulesOfJob,
} as const satisfies Partial<Kind>;

/** It costs nothing, and later runs need not know of it. */
export const isFree = {
  price: () => undefined,
  bid: () => undefined,
  remembered: () => [],
  attempts: (request, _error, job) => job.pages[request.label]?.retry?.attempts ?? job.fetch.attempts,
} as const satisfies Partial<Kind>;

/** It counts among the sources, not among the pages of the run. */
export const countsAsSource = {
  isPage: false,
  countPrefix: 'source:',
  countsAdmission: false,
  factParts: () => ({}),
  pageParts: () => ({}),
  isPlain: () => false,
} as const satisfies Partial<Kind>;

/** By the job's settings for all hosts. */
export function hostRulesOfJob(_request: PageRequest, { job }: SourceEnv): HostRules {
  return { robots: job.politeness.robots };
}

/** Redirects may lead anywhere, and their target is admitted like a link. */
export function followed(sameBy: RedirectRules<never>['sameBy'] = 'address'): RedirectRules<never> {
  return { allows: () => true, hasRead: () => false, sameBy, continuesRequest: false };
}

/**
 * Two sources may read the same sitemap or API for different items. `place`: the position of the source, as far as
 * it distinguishes two requests.
 */
export function identityInSource(request: PageRequest, place: unknown = request.cursor ?? null): string {
  const { kind, source, method = 'GET', url, body = '', headers, given } = request;
  const parts = [kind, source ?? null, method, url, body, place];
  // Those of one source differ in their headers only where values of items stand in them.
  return JSON.stringify(given === undefined ? parts : [...parts, headers ?? {}]);
}

/** It has to be fetched, and each failure is counted. */
export const isFetched = {
  begin: () => undefined,
  fallbacks: () => [],
  pastEnd: () => undefined,
} as const satisfies Partial<KindReader>;

/** It is computed in the process, without an answer. */
export const isWorkedOut = {
  read: () => {
    throw new Error('a request that asks no host has no answer');
  },
  fallbacks: () => [],
  pastEnd: () => undefined,
} as const satisfies Partial<KindReader>;
