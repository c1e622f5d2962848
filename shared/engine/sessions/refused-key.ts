import type { FetchResult } from '../../fetch/types.ts';
import type { LiveSession, ProcessSession } from './process-session.ts';

/** Sites lock an account after five wrong passwords or so. */
const maxRefusals = 3;

/**
 * Why a password or a key that the job has is taken for a wrong one: the first answers in its session, which no login opened, were all
 * 401. A job that names the end of its session itself (`endedBy`) is left to that. A site may answer 401 to single pages, too, so
 * that a session which was answered once is never given up for it. In a pool the next session takes over.
 */
export function whyRefused(
  session: ProcessSession,
  { isProven }: LiveSession,
  { status }: FetchResult,
): string | undefined {
  const { login, endedBy } = session.settings;
  if (!session.hasSecretHeaders || login !== undefined || endedBy !== undefined) return undefined;
  if (status !== 401 || isProven) return undefined;
  session.refusals += 1;
  return session.refusals < maxRefusals
    ? undefined
    : `status 401, as each of the first ${maxRefusals} answers`;
}
