import type { ErrorCode } from '../error-codes.ts';
import type { FoundLink, Undecided } from '../extract/types.ts';
import type { Counts, PageFact, PageRequest } from '../model.ts';

/** A page that a source names. */
export interface NamedPage extends FoundLink {
  /** Index of the source, where that is not the request's own and has headers. */
  headersOf?: number;
}

/** What a source adds to a run when one of its requests was fetched or read. */
export interface Expansion {
  /** Pages it names. They are in scope, whatever the job's scope says. */
  links: NamedPage[];
  /** Requests that continue the source itself: sitemaps of an index, the next chunk of a file, the next API page. */
  next: PageRequest[];
  /** What could not be read: entries that are no URL, or with a code of its own, the rest of a file. */
  invalid: { url: string; message: string; code?: ErrorCode }[];
  /** Further ones, which are only counted. */
  otherInvalid?: number;
  /** Entries that the source leaves out, by reason. */
  refused?: Partial<Record<'pattern' | 'modified', number>>;
  /** Those that no pattern could judge. */
  regex?: Undecided[];
  /** Further counts of the run. */
  counts?: Counts;
  /** What its fact says besides. */
  fact?: Pick<PageFact, 'listed' | 'source'>;
}

/** A file that a job names, wherever it lies. */
export interface SourceFile {
  /** In bytes. */
  size: number;
  /** Another one when the file has changed. */
  version: string;
  /** Up to `length` bytes from `offset`; fewer only at the end. */
  readAt(offset: number, length: number): Promise<Uint8Array>;
  /** It lies on this machine, whose processes have time to admit many of its lines in one batch. */
  isLocal?: true;
  close(): Promise<void>;
}

/** Opens a file by its path as the job gives it. Throws `DropError` SOURCE_MISSING when there is none. */
export type OpenSourceFile = (path: string) => Promise<SourceFile>;
