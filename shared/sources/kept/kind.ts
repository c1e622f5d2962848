import type { Kind } from '../kind.ts';
import { asksNoHost, countsAsSource, identityInSource, isFree, nothingLeft } from '../kind-parts.ts';

/** Whole records of a file of kept pages: bytes from `from` to `to`. */
export interface PartOfPages {
  file: string;
  from: number;
  to: number;
  /** Of an earlier run, whose pages count that were last fetched by it: its place among these. */
  earlier?: number;
}

declare module '../../model.ts' {
  interface RequestKinds {
    keptPages: { cursor: PartOfPages };
  }
}

/** Pages that an earlier run has kept, read again: all that a run of `spinneret extract` has. */
export const keptKind: Kind<'keptPages'> = {
  ...isFree,
  ...countsAsSource,
  ...asksNoHost,
  gives: 'items',
  lists: 'nothing',
  isBatch: true,
  identity: (request) => identityInSource(request),
  end: nothingLeft,
};
