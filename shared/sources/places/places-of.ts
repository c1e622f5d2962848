import type { RetryError } from '../../errors.ts';
import type { Job } from '../../job/schema.ts';
import type { PageRequest } from '../../model.ts';
import type { HostRules, SourceEnv } from '../kind.ts';
import { followed, identityInSource } from '../kind-parts.ts';
import type { Places } from './places.ts';

declare module '../kind.ts' {
  interface OpenedSources {
    /** Of a job with places sources. */
    places?: Places;
  }
}

export type { Places };

/** The compiled places sources of a job. */
export function placesOf({ opened }: Pick<SourceEnv, 'opened'>): Places {
  if (opened.places === undefined) throw new Error('the job has no places source');
  return opened.places;
}

/** An API with a key has quotas of its own; the pace for the listing is a setting of the source. */
function hostRulesOfService(request: PageRequest<'cell' | 'details' | 'reviews'>, env: SourceEnv): HostRules {
  const { source, bill } = placesOf(env).planOf(request);
  return bill === undefined ? { robots: source.robots } : { robots: 'api', perMinute: source.perMinute };
}

/** Attempts after an exceeded quota per minute, which is no fault of the request: other requests may have used it up. */
const quotaAttempts = 30;

export function serviceAttempts(_request: unknown, { code }: RetryError, { fetch }: Job): number {
  return code === 'HTTP_429' ? quotaAttempts : fetch.attempts;
}

/** It asks the service of its source: Google's API, with a key, or the listing. */
export const asksService = {
  touchesHost: true,
  carriesSecrets: true,
  reads: 'any',
  minBodyBytes: 0,
  redirects: followed(),
  identity: (request: PageRequest) => identityInSource(request),
  hostRules: hostRulesOfService,
} as const;
