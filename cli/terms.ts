import type { Ledger } from '../shared/coordination/ports.ts';
import { jobOf } from '../shared/job/job-of-run.ts';
import type { Job } from '../shared/job/schema.ts';
import { noticesOf } from '../shared/sources/sources.ts';

/** Earlier runs that are read. */
const maxRuns = 1_000;

/** What is said once per store, with the first run of a source that needs it: what that source is about to do. */
export async function termsOf(ledger: Pick<Ledger, 'listRuns'>, jobs: Job[]): Promise<string[]> {
  const notices = new Set(jobs.flatMap(noticesOf));
  if (notices.size === 0) return [];
  const earlier = await ledger.listRuns(maxRuns);
  for (const run of earlier) for (const line of noticesOf(jobOf(run))) notices.delete(line);
  return [...notices];
}
