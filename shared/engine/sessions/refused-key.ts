import type { FetchResult } from '../../fetch/types.ts';
import type { LiveSession, ProcessSession } from './process-session.ts';

/**
 * How many answers in a row may refuse a key: sites lock an account after five wrong passwords or so. To one that they
 * have taken in this run they may answer 401 for single pages; ten pages in a row are taken for a key that was changed meanwhile.
 */
const maxRefusals = { unproven: 3, proven: 10 };

/** What a 401 says of a password or a key that no login opened. */
export type KeyRefusal = { isOver: true; why: string } | { isOver: false };

/** Whether all that opens the session is a password or a key that the job has. */
export function isOpenedByKey({ hasSecretHeaders, settings }: ProcessSession): boolean {
  return hasSecretHeaders && settings.login === undefined;
}

/**
 * Counts a 401. `isOver: false`: it may be the page's own or the first of many, so that the page is to be fetched again
 * once more is known. `isAgain`: it was fetched again for that. A job that names the end of its session itself (`endedBy`)
 * is left to that.
 */
export function readRefusal(
  session: ProcessSession,
  { isProven }: LiveSession,
  { status }: FetchResult,
  isAgain: boolean,
): KeyRefusal | undefined {
  if (!isOpenedByKey(session) || session.settings.endedBy !== undefined) return undefined;
  if (status !== 401) {
    // An address that is missing shows nothing of a key that was never taken, but it ends a row of answers.
    if (isProven) session.refusals = 0;
    return undefined;
  }
  const max = isProven ? maxRefusals.proven : maxRefusals.unproven;
  // A few pages that are refused to the account must not look like many.
  if (!(isProven && isAgain)) session.refusals += 1;
  if (session.refusals < max) return { isOver: false };
  return { isOver: true, why: `status 401, as each of the ${isProven ? 'last' : 'first'} ${max} answers` };
}
