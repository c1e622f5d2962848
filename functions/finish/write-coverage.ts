import { objectKeys, partName } from '../../shared/deployment/object-keys.ts';
import type { Outcome, PageFact } from '../../shared/model.ts';
import { seedRequest } from '../../shared/sources/seed.ts';
import { coverageToBucket } from '../coverage-to-bucket.ts';
import type { Exporting, Progress } from './progress.ts';
import { readLinesNotes } from './read-notes.ts';

/** The coverage reports of a search of areas. */
export async function writeCoverage(exporting: Exporting, progress: Progress): Promise<Progress> {
  const { outcomes, run } = exporting;
  const source = progress.lineParts === 0 ? outcomes : { list: () => cellsOf(exporting, progress) };
  const coverage = await coverageToBucket(exporting, source, run);
  return { ...progress, step: 'end', part: 0, coverage };
}

/**
 * For a large run, the facts of cells were stored when its outcomes were read: reading all outcomes again would
 * take too long.
 */
async function* cellsOf(exporting: Exporting, progress: Progress): AsyncGenerator<Outcome> {
  const { store, run } = exporting;
  for (const [part, { cells }] of (await readLinesNotes(exporting, progress)).entries()) {
    if (cells === 0) continue;
    for await (const line of store.lines(objectKeys.part(run.id, `cells-${partName(part)}.jsonl.gz`))) {
      yield { ...nothing, run: run.id, pages: [{ ...noFact, ...JSON.parse(line) }] };
    }
  }
}

const nothing = {
  ...{ batch: '', pages: [], items: [], links: [], retries: [], counts: {} },
  batchSizes: { own: 1, other: 1 },
};

const noFact: PageFact = { ...seedRequest(), end: 'stored' };
