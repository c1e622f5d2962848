import type { FetchResult } from '../../fetch/types.ts';
import type { LiveSession, ProcessSession } from './process-session.ts';

/**
 * How many answers in a row may refuse a key: sites lock an account after five wrong passwords or so. To one that they
 * have taken in this run they may answer 401 for single pages; ten in a row are taken for a key that was changed meanwhile.
 */
const maxRefusals = { unproven: 3, proven: 10 };

/** What a 401 says of a password or a key that no login opened. */
export type KeyRefusal = { isOver: true; why: string } | { isOver: false };

/** Whether all that opens the session is a password or a key that the job has. */
export function isOpenedByKey({ hasSecretHeaders, settings }: ProcessSession): boolean {
  return hasSecretHeaders && settings.login === undefined;
}

/**
 * Counts a 401. `isOver: false`: the run has not seen yet whether the site takes the key at all, so that the page is to be
 * fetched again once that is known; `undefined`: the answer is the page's own. A job that names the end of its session
 * itself (`endedBy`) is left to that.
 */
export function readRefusal(
  session: ProcessSession,
  { isProven }: LiveSession,
  { status }: FetchResult,
): KeyRefusal | undefined {
  if (!isOpenedByKey(session) || session.settings.endedBy !== undefined) return undefined;
  if (status !== 401) {
    // An address that is missing shows nothing of a key that was never taken, but it ends a row of answers.
    if (isProven) session.refusals = 0;
    return undefined;
  }
  session.refusals += 1;
  const max = isProven ? maxRefusals.proven : maxRefusals.unproven;
  if (session.refusals < max) return isProven ? undefined : { isOver: false };
  return { isOver: true, why: `status 401, as each of the ${isProven ? 'last' : 'first'} ${max} answers` };
}
