import type { Kind } from '../kind.ts';
import { asksNoHost, countsAsSource, identityInSource, isFree, nothingLeft } from '../kind-parts.ts';
import type { LinesCursor } from '../urls/file-lines.ts';

declare module '../../model.ts' {
  interface RequestKinds {
    placeLinks: SourceState<LinksCursor>;
  }
}

/** The list of places in the job itself, or a chunk of a file of them. */
export type LinksCursor = { of: 'list' } | ({ of: 'file' } & LinesCursor);

/** Places that the job names one by one. */
export const placeLinksKind: Kind<'placeLinks'> = {
  ...isFree,
  ...countsAsSource,
  ...asksNoHost,
  gives: 'others',
  lists: 'nothing',
  identity: (request) => identityInSource(request),
  factParts: ({ source }) => ({ source }),
  end: nothingLeft,
};
