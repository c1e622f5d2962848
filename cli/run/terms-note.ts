import type { Ledger } from '../../shared/coordination/ports.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Output } from '../output.ts';

/** Earlier runs that are looked at. */
const maxRuns = 1_000;

/** Says once a store, before the first run that reads the listing of Google Maps, what it is about to do. */
export async function noteTerms(
  output: Output,
  ledger: Pick<Ledger, 'listRuns'>,
  jobs: Job[],
): Promise<void> {
  if (!jobs.some(readsListing)) return;
  const earlier = await ledger.listRuns(maxRuns);
  if (earlier.some(({ job }) => readsListing(job as unknown as Job))) return;
  tellTerms(output);
}

/** What reading the listing of Google Maps means. */
export function tellTerms(output: Output): void {
  output.note(
    'source: google-maps reads the public listing of Google Maps. Google’s terms of service forbid automated access, and its',
  );
  output.note(
    'robots.txt forbids /search; whether you may do it all the same is for you to decide (docs/places.md). If Google blocks it, the run stops.',
  );
}

function readsListing({ sources }: Job): boolean {
  return sources.some(({ places }) => places?.source === 'google-maps');
}
