import { setTimeout as sleep } from 'node:timers/promises';
import type { RunContext } from '../../shared/engine/run-context.ts';
import type { BatchSessions } from '../../shared/engine/sessions/batch-sessions.ts';
import type { PageRequest } from '../../shared/model.ts';

/** The page as it comes without its session: as it would come after the session has ended on the way. */
export interface VisitorTrial {
  status: number;
  /** What of it `endedBy` takes for the end; without it the end goes unnoticed, and the page is stored like this. */
  endedBy?: string;
}

/** Asks for a page once more, without its session, after the gap of the job. `undefined` for one that has no session. */
export async function tryAsVisitor(
  { fetcher, job }: RunContext,
  { url }: PageRequest,
  session: ReturnType<BatchSessions['of']>,
): Promise<VisitorTrial | undefined> {
  if (session === undefined) return undefined;
  await sleep(job.politeness.gapMs);
  const answer = await fetcher.fetch({ url, method: 'GET', headers: {} }, { readsErrors: true });
  const end = session.endedBy(answer, false);
  return { status: answer.status, ...(end === undefined ? {} : { endedBy: end.why }) };
}

/** A line for people. */
export function visitorLine({ status, endedBy }: VisitorTrial): string {
  if (endedBy !== undefined) return `  visitor sees that the session has ended: ${endedBy}`;
  const outcome =
    status < 400 ? 'such pages are stored as a visitor sees them' : `such pages fail with HTTP_${status}`;
  return `  visitor gets ${status}, in which endedBy sees nothing: when the session ends on the way, ${outcome}`;
}
