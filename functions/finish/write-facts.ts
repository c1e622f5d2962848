import { objectKeys, partName } from '../../shared/deployment/object-keys.ts';
import { HaltError } from '../../shared/errors.ts';
import { gathererOf } from '../../shared/export/join-facts.ts';
import { keepsFiles } from '../../shared/job/downloads.ts';
import { isNewer, type PageFact } from '../../shared/model.ts';
import { onlyKnown } from '../../shared/places/known-fields.ts';
import type { CompleteItem, GatheredFact } from '../../shared/sources/reports.ts';
import { isDownload, searchesAreas } from '../../shared/sources/sources.ts';
import type { Exporting, FactsNote, Progress } from './progress.ts';

/** The part of a fact that items and coverage are made from. */
export type StoredFact = GatheredFact;

/**
 * Stores the facts of searched cells, of lists, of reviews and of files apart, since those of the whole run have to be known before the first item
 * is written, and reading all outcomes for each part of a large run would take too long. For jobs to whose items they add.
 */
export async function writeFacts(exporting: Exporting, progress: Progress): Promise<Progress> {
  const { store, job } = exporting;
  const { part } = progress;
  if (!searchesAreas(job) && !keepsFiles(job)) return { ...progress, step: 'lines', part: 0 };
  const name = `facts-${partName(part)}`;
  const known = await store.readNote<FactsNote>(name);
  const note = known ?? (await writePart(exporting, progress));
  if (known === undefined) await store.putNote(name, note);
  const { after: _, ...rest } = progress;
  if (!note.isLast) return { ...rest, part: part + 1, after: note.last };
  return { ...rest, step: 'lines', part: 0, factParts: part + 1 };
}

/** A part ends at the first limit, which depends on the outcomes alone: a repeated call gives the same part. */
async function writePart(
  { store, run, outcomes, limits }: Exporting,
  { part, after }: Progress,
): Promise<FactsNote> {
  const lines: string[] = [];
  let [last, read, bytes] = [after ?? '', 0, 0];
  let isLast = true;
  for await (const outcome of outcomes.listAfter(run.id, after)) {
    if (isNewer(outcome))
      throw new HaltError('FORMAT_NEWER', `a newer version wrote ${outcome.batch} of ${run.id}`);
    if (read === limits.part.outcomes || bytes >= limits.part.bytes) {
      isLast = false;
      break;
    }
    for (const fact of outcome.pages.flatMap(storedPart)) {
      lines.push(`${JSON.stringify(fact)}\n`);
      bytes += lines.at(-1)?.length ?? 0;
    }
    last = outcome.batch;
    read += 1;
  }
  await store.putLines(factsKey(run.id, part), lines);
  return { last, isLast };
}

function storedPart({
  kind,
  url,
  end,
  code,
  redirect,
  file,
  cell,
  listed,
  reviews,
  source = -1,
}: PageFact): StoredFact[] {
  if (isDownload(kind)) return [onlyKnown<StoredFact>({ kind, url, end, source, code, redirect, file })];
  if (cell === undefined && listed === undefined && reviews === undefined) return [];
  return [onlyKnown<StoredFact>({ cell, listed, reviews, source })];
}

/** The facts that were stored. */
export async function* readFacts(
  { store, run }: Exporting,
  { factParts = 0 }: Progress,
): AsyncGenerator<StoredFact> {
  for (let part = 0; part < factParts; part++) {
    for await (const line of store.lines(factsKey(run.id, part))) yield JSON.parse(line) as StoredFact;
  }
}

/** What the facts add to items; read once a call. `undefined` where they add nothing, or could not be stored. */
export async function completeItems(
  exporting: Exporting,
  progress: Progress,
): Promise<CompleteItem | undefined> {
  if (exporting.complete !== undefined || progress.factParts === undefined) return exporting.complete;
  const { job } = exporting;
  const gatherer = await gathererOf(job, ({ sha256 }) => objectKeys.stored(job.name, sha256));
  if (gatherer === undefined) return undefined;
  for await (const fact of readFacts(exporting, progress)) gatherer.note(fact);
  exporting.complete = gatherer.gathered();
  return exporting.complete;
}

function factsKey(run: string, part: number): string {
  return objectKeys.part(run, `facts-${partName(part)}.jsonl.gz`);
}
