import type { QuotaRequest } from '../../coordination/ports.ts';
import type { Outcome, PageFact, PageRequest } from '../../model.ts';
import { isDownload } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';

/** The name of the quota that `limits.maxFiles` is kept under. */
const quota = 'files';

/** Reserves the files of an outcome out of `limits.maxFiles`; nothing is asked for a job without any. */
export async function reserveFiles(
  { ledger }: Engine,
  { job, downloads }: RunContext,
  outcome: Outcome,
  own: PageRequest[],
): Promise<number> {
  if (downloads?.store === undefined) return 0;
  const requests = fileRequests(outcome, own, job.limits.maxFiles);
  if (requests.length === 0) return 0;
  const [granted = 0] = await ledger.reserveQuotas(outcome.run, outcome.batch, requests);
  return granted;
}

/** What an outcome with these own links takes of the quota of files, less what its moved files return. */
export function fileRequests(outcome: Outcome, own: PageRequest[], limit: number): QuotaRequest[] {
  const wanted = own.filter(({ kind }) => isDownload(kind)).length - movedFiles(outcome);
  return wanted === 0 ? [] : [{ name: quota, wanted, limit }];
}

/** What was granted, by the grants of a batch; `undefined` if that is not known. */
export function grantOfFiles(requests: QuotaRequest[], grants: Record<string, number>): number | undefined {
  return requests.length === 0 ? 0 : grants[quota];
}

/** The own links without the files that `limits.maxFiles` has no room for: the first are kept. Pure. */
export function withinFiles(outcome: Outcome, own: PageRequest[], granted: number): PageRequest[] {
  let room = movedFiles(outcome) + granted;
  return own.filter(({ kind }) => !isDownload(kind) || room-- > 0);
}

function movedFiles({ pages }: Outcome): number {
  return pages.filter(isMoved).length;
}

/** A file that is elsewhere gives its place to its target. */
function isMoved({ kind, end, code }: PageFact): boolean {
  return isDownload(kind) && end === 'skipped' && code === 'REDIRECTED';
}

/** Files that only point elsewhere return their places, whatever else the outcome has. */
export function returnsFiles({ pages }: Outcome): boolean {
  return pages.some(isMoved);
}
