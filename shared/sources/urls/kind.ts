import type { Kind } from '../kind.ts';
import { asksNoHost, countsAsSource, identityInSource, isFree, nothingLeft } from '../kind-parts.ts';
import type { FileCursor } from './urls-file.ts';

declare module '../../model.ts' {
  interface RequestKinds {
    urls: SourceState<FileCursor>;
  }
}

/** A chunk of a file of URLs. */
export const urlsKind: Kind<'urls'> = {
  ...isFree,
  ...countsAsSource,
  ...asksNoHost,
  gives: 'pages',
  lists: 'countedWithoutRun',
  identity: (request) => identityInSource(request),
  end: nothingLeft,
};
