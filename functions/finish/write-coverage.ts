import type { Outcome, PageFact } from '../../shared/model.ts';
import { seedRequest } from '../../shared/sources/seed.ts';
import { coverageToBucket } from '../coverage-to-bucket.ts';
import type { Exporting, Progress } from './progress.ts';
import { readFacts } from './write-facts.ts';

/** The coverage reports of a search of areas. */
export async function writeCoverage(exporting: Exporting, progress: Progress): Promise<Progress> {
  const { outcomes, run } = exporting;
  const source = progress.factParts === undefined ? outcomes : { list: () => cellsOf(exporting, progress) };
  const coverage = await coverageToBucket(exporting, source, run);
  return { ...progress, step: 'end', part: 0, coverage };
}

/** The facts of cells were stored apart: reading all outcomes of a large run again would take too long. */
async function* cellsOf(exporting: Exporting, progress: Progress): AsyncGenerator<Outcome> {
  for await (const fact of readFacts(exporting, progress)) {
    yield { ...nothing, run: exporting.run.id, pages: [{ ...noFact, ...fact }] };
  }
}

const nothing = {
  ...{ batch: '', pages: [], items: [], links: [], retries: [], counts: {} },
  batchSizes: { own: 1, other: 1 },
};

const noFact: PageFact = { ...seedRequest(), end: 'stored' };
