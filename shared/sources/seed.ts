import type { Job } from '../job/schema.ts';
import type { PageFact, PageRequest } from '../model.ts';
import type { Kind, OpenedSources } from './kind.ts';
import { asksNoHost, countsAsSource, identityInSource, isFree, nothingLeft } from './kind-parts.ts';
import type { Expansion } from './types.ts';

declare module '../model.ts' {
  interface RequestKinds {
    seed: NoState;
  }
}

/** What a run begins with. */
export function seedRequest(): PageRequest<'seed'> {
  return { kind: 'seed', url: 'spinneret:seed', label: '', depth: 0, attempt: 0 };
}

/** What went wrong with a source at a page of it, which has its own end already: counted among the ends of sources. */
export function sourceFault(at: PageFact, { code, message }: { code: string; message: string }): PageFact {
  return { ...at, kind: 'seed', label: '', end: 'failed', code, message };
}

/** It stands for all sources of its job, which `seeds` asks what they begin with. */
export function makeSeedKind(seeds: (job: Job, opened: OpenedSources) => Expansion): Kind<'seed'> {
  return {
    ...isFree,
    ...countsAsSource,
    ...asksNoHost,
    gives: 'others',
    identity: (request) => identityInSource(request),
    begin: (_request, { job, opened }) => ({ is: 'source', expansion: seeds(job, opened) }),
    end: nothingLeft,
  };
}
