import type { PageRequest } from '../../model.ts';
import type { Expansion } from '../types.ts';

/** How much of the file one call reads. */
export interface ChunkLimits {
  /** Lines, or rows of a table. */
  maxLines: number;
  maxBytes: number;
  /** Longer lines are reported and skipped; a row may be as long as a chunk. */
  maxLineBytes: number;
}

/** What one chunk of the file holds, and the next one. */
export interface Chunk extends Expansion {
  next: PageRequest<'urls'>[];
}

export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
