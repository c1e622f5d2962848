import type { Kind } from '../kind.ts';
import {
  countsAsSource,
  followed,
  hostRulesOfJob,
  identityInSource,
  isFree,
  nothingLeft,
} from '../kind-parts.ts';
import type { Given } from './given-link.ts';

declare module '../../model.ts' {
  interface RequestKinds {
    shortLink: SourceState<ShortLinkCursor>;
  }
}

/** An entry of a list of places that is a short link, and how many short links led to this one. */
export interface ShortLinkCursor {
  given: Given;
  hops: number;
}

/** A short link, whose redirect names the place. It is read, not followed. */
export const shortLinkKind: Kind<'shortLink'> = {
  ...isFree,
  ...countsAsSource,
  touchesHost: true,
  carriesSecrets: false,
  reads: 'any',
  minBodyBytes: 0,
  redirects: followed(),
  hostRules: hostRulesOfJob,
  gives: 'others',
  lists: 'nothing',
  identity: (request) => identityInSource(request),
  factParts: ({ source }) => ({ source }),
  end: nothingLeft,
};
