import type { Counts, PageFact } from '../model.ts';

/** Answers by which a site says that a page is gone: what it linked to is linked to no more. */
export const goneCodes: ReadonlySet<string> = new Set(['HTTP_404', 'HTTP_410']);

/** The server says that the address is not to be used any more (RFC 9110, 15.4.2 and 15.4.9). */
export function hasMoved({ code, status }: Pick<PageFact, 'code' | 'status'>): boolean {
  return code === 'REDIRECTED' && (status === 301 || status === 308);
}

/** Pages that only point to another, which the run reads. */
export const pointingCodes: ReadonlySet<string> = new Set(['REDIRECTED', 'CANONICAL_ELSEWHERE']);

/** Links, and items, that were left out although the job wants them, and the reason as the user reads it. */
const leftOut: Record<string, string> = {
  cancelled: 'CANCELLED',
  'lists:cut': 'LIST_CUT',
  'refused:items': 'LIMIT_ITEMS',
  'refused:limit': 'LIMIT_PAGES',
  'refused:hostLimit': 'LIMIT_PAGES',
  'refused:depth': 'LIMIT_DEPTH',
  'refused:regex': 'REGEX_TIMEOUT',
};

/**
 * Why a run whose batches are done cannot tell that a page which it has not met is no longer linked: a page or source that would
 * have led to it was not read. `''`: it can.
 */
export function doubtOf(counts: Counts): string {
  // A file that an item names leads to no page.
  const present = Object.entries(counts).filter(
    ([name, value]) => value > 0 && !name.startsWith('download:'),
  );
  for (const [name] of present) {
    const reason = leftOut[name] ?? unreadCode(name);
    if (reason !== undefined) return reason;
  }
  return '';
}

/** The code with which pages or sources ended that were not read, by the name of their count. */
function unreadCode(name: string): string | undefined {
  const [, failed] = /^(?:[a-z]+:)?failed:(.+)$/.exec(name) ?? [];
  if (failed !== undefined) return name.startsWith('failed:') && goneCodes.has(failed) ? undefined : failed;
  const [, limit] = /^(?:[a-z]+:)?skipped:(LIMIT_.+)$/.exec(name) ?? [];
  const [, known] = /^change:unread:(.+)$/.exec(name) ?? [];
  return limit ?? known;
}
