import type { Outcomes } from '../coordination/ports.ts';
import type { Job } from '../job/schema.ts';
import type { CompleteItem, FactGatherer } from '../sources/reports.ts';
import { sourceOf } from '../sources/sources.ts';

/**
 * What the facts of a run add to its items: one reading of its outcomes ahead of the items. Of a run that goes on, by the facts
 * so far. `undefined` for jobs to whose items facts add nothing, which are not read.
 */
export async function joinFacts(
  outcomes: Pick<Outcomes, 'list'>,
  run: string,
  job: Pick<Job, 'sources'>,
): Promise<CompleteItem | undefined> {
  const gatherer = await gathererOf(job);
  if (gatherer === undefined) return undefined;
  for await (const { pages } of outcomes.list(run)) for (const fact of pages) gatherer.note(fact);
  return gatherer.gathered();
}

/** Of the sources whose items facts add to; `undefined` if the job has none of them. */
export async function gathererOf(job: Pick<Job, 'sources'>): Promise<FactGatherer | undefined> {
  const ways = [...new Set(job.sources.flatMap((source) => sourceOf(source).rules.items?.gather ?? []))];
  if (ways.length === 0) return undefined;
  const gatherers = await Promise.all(ways.map((gather) => gather(job)));
  return {
    note(fact) {
      for (const gatherer of gatherers) gatherer.note(fact);
    },
    gathered() {
      const completes = gatherers.map((gatherer) => gatherer.gathered());
      return (record) => completes.reduce((completed, complete) => complete(completed), record);
    },
  };
}
