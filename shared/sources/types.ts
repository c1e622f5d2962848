import type { FoundLink } from '../extract/types.ts';
import type { PageRequest } from '../model.ts';

/** What a source adds to a run when one of its requests was fetched or read. */
export interface Expansion {
  /** Pages it names. They are in scope, whatever the job's scope says. */
  links: FoundLink[];
  /** Requests that continue the source itself: sitemaps of an index, the next chunk of a file, the next API page. */
  next: PageRequest[];
  /** Entries that could not be read as a URL. */
  invalid: { url: string; message: string }[];
}
