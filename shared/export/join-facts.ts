import type { Outcomes } from '../coordination/ports.ts';
import { keepsFiles } from '../job/downloads.ts';
import type { Job } from '../job/schema.ts';
import type { FileFact } from '../model.ts';
import type { CompleteItem, FactGatherer } from '../sources/reports.ts';
import { sourceOf } from '../sources/sources.ts';

/**
 * What the facts of a run add to its items: one reading of its outcomes ahead of the items. Of a run that goes on, by the facts
 * so far. `undefined` for jobs to whose items facts add nothing, which are not read.
 */
export async function joinFacts(
  outcomes: Pick<Outcomes, 'list'>,
  run: string,
  job: JobOfItems,
  pathOf: PathOfFile,
): Promise<CompleteItem | undefined> {
  const gatherer = await gathererOf(job, pathOf);
  if (gatherer === undefined) return undefined;
  for await (const { pages } of outcomes.list(run)) for (const fact of pages) gatherer.note(fact);
  return gatherer.gathered();
}

type JobOfItems = Pick<Job, 'sources' | 'pages' | 'urls'>;

/** Where a file lies, as items say it. */
export type PathOfFile = (file: FileFact) => string;

/** Of the sources and fields to whose items facts add; `undefined` if the job has none of them. */
export async function gathererOf(job: JobOfItems, pathOf: PathOfFile): Promise<FactGatherer | undefined> {
  const ways = [
    ...new Set(
      job.sources.flatMap((source) => sourceOf(source).rules.items.flatMap(({ gather }) => gather ?? [])),
    ),
  ];
  const gatherers = await Promise.all(ways.map((gather) => gather(job)));
  if (keepsFiles(job)) {
    const { gatherFiles } = await import('../sources/files/gather.ts');
    gatherers.push(gatherFiles(job, pathOf));
  }
  if (gatherers.length === 0) return undefined;
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
