import type { PageFact } from '../../model.ts';
import { isPage } from '../../sources/sources.ts';

const codes: ReadonlySet<string | undefined> = new Set(['REDIRECTED', 'CANONICAL_ELSEWHERE', 'TRAP']);

/**
 * A page that only pointed elsewhere returns its share of `maxPages` and of its host's, so that its target can take it; so does
 * one of a trap, which was not fetched.
 */
export function returnsPlace({ kind, end, code }: Pick<PageFact, 'kind' | 'end' | 'code'>): boolean {
  return isPage(kind) && end === 'skipped' && codes.has(code);
}
