import type { PageFact, PageRequest } from '../model.ts';
import type { Kind } from './kind.ts';
import { asksNoHost, countsAsSource, identityInSource, isFree, nothingLeft } from './kind-parts.ts';

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

/** It stands for all sources of its job. */
export const seedKind: Kind<'seed'> = {
  ...isFree,
  ...countsAsSource,
  ...asksNoHost,
  gives: 'others',
  lists: 'nothing',
  identity: (request) => identityInSource(request),
  end: nothingLeft,
};
